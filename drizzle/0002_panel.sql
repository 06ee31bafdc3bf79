CREATE TABLE `accesos_fallidos` (
	`usuario` text NOT NULL,
	`host` text NOT NULL,
	`veces` integer DEFAULT 0 NOT NULL,
	`ultimo_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	PRIMARY KEY(`usuario`, `host`)
);
--> statement-breakpoint
CREATE TABLE `sesiones` (
	`sesion_hash` text PRIMARY KEY NOT NULL,
	`usuario_id` integer NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`seen_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`host` text,
	FOREIGN KEY (`usuario_id`) REFERENCES `usuarios`(`usuario_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sesiones_by_usuario` ON `sesiones` (`usuario_id`);--> statement-breakpoint
CREATE TABLE `usuarios` (
	`usuario_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`usuario` text NOT NULL,
	`nombre` text DEFAULT '' NOT NULL,
	`rol` text DEFAULT 'lectura' NOT NULL,
	`clave_hash` text,
	`activo` integer DEFAULT 1 NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`last_login_at` text,
	CONSTRAINT "usuario_given" CHECK(length(trim("usuarios"."usuario")) > 0),
	CONSTRAINT "usuario_rol" CHECK("usuarios"."rol" IN ('lectura', 'operador', 'revisor', 'administrador')),
	CONSTRAINT "usuario_activo" CHECK("usuarios"."activo" IN (0, 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `usuarios_usuario_unique` ON `usuarios` (`usuario`);--> statement-breakpoint
CREATE TABLE `lotes` (
	`lote_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`accion` text NOT NULL,
	`motivo` text,
	`ids` text NOT NULL,
	`descripcion` text DEFAULT '' NOT NULL,
	`total` integer NOT NULL,
	`done` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	`refusals` text,
	`state` text DEFAULT 'running' NOT NULL,
	`usuario` text NOT NULL,
	`host` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`ended_at` text,
	CONSTRAINT "lote_state" CHECK("lotes"."state" IN ('running', 'done', 'interrupted'))
);
--> statement-breakpoint
CREATE TABLE `search_progress` (
	`id` integer PRIMARY KEY NOT NULL,
	`tramite_id` integer DEFAULT 0 NOT NULL,
	`event_id` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ensayos` (
	`site_id` text PRIMARY KEY NOT NULL,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`reglas` text NOT NULL,
	`seen` integer DEFAULT 0 NOT NULL,
	`matched` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `organismo_versiones` (
	`version_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` text NOT NULL,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`reglas` text NOT NULL,
	`usuario` text
);
--> statement-breakpoint
CREATE INDEX `organismo_versiones_by_site` ON `organismo_versiones` (`site_id`,`version_id`);--> statement-breakpoint
ALTER TABLE `tramite_queue` ADD `approved_digest` text;--> statement-breakpoint
CREATE INDEX `tramite_given_up` ON `tramite_queue` (`site_id`,`status`,`processed_at`) WHERE "tramite_queue"."status" IN ('failed', 'cancelled');--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `task_digest` text;--> statement-breakpoint
CREATE INDEX `auditoria_by_entity` ON `auditoria` (`entidad`,`entidad_id`,`auditoria_id`);--> statement-breakpoint
CREATE INDEX `auditoria_by_usuario` ON `auditoria` (`usuario`,`auditoria_id`);