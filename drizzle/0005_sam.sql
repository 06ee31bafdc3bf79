CREATE TABLE `callback_inbox` (
	`inbox_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`deployment_id` text NOT NULL,
	`estado` text NOT NULL,
	`body` text NOT NULL,
	`host` text,
	`recibido_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`aplicado_at` text
);
--> statement-breakpoint
CREATE INDEX `callback_inbox_waiting` ON `callback_inbox` (`deployment_id`) WHERE "callback_inbox"."aplicado_at" IS NULL;--> statement-breakpoint
CREATE INDEX `callback_inbox_by_age` ON `callback_inbox` (`recibido_at`);--> statement-breakpoint
CREATE TABLE `lanzador` (
	`id` integer PRIMARY KEY NOT NULL,
	`retenido` integer DEFAULT 0 NOT NULL,
	`motivo` text,
	`usuario` text,
	`desde` text
);
--> statement-breakpoint
CREATE TABLE `programaciones` (
	`programacion_id` text PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))) NOT NULL,
	`robot_id` text NOT NULL,
	`tipo_programacion` text DEFAULT 'Diaria' NOT NULL,
	`hora_inicio` text DEFAULT '00:00' NOT NULL,
	`hora_fin` text,
	`dias_semana` text,
	`dia_del_mes` integer,
	`dia_inicio_mes` integer,
	`dia_fin_mes` integer,
	`ultimos_dias_mes` integer,
	`fecha_especifica` text,
	`tolerancia` integer DEFAULT 60,
	`activo` integer DEFAULT 1 NOT NULL,
	`es_ciclico` integer DEFAULT 0 NOT NULL,
	`intervalo_entre_ejecuciones` integer,
	`fecha_inicio_ventana` text,
	`fecha_fin_ventana` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE INDEX `programaciones_by_robot` ON `programaciones` (`robot_id`);--> statement-breakpoint
CREATE TABLE `asignaciones` (
	`asignacion_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`robot_id` text NOT NULL,
	`equipo_id` text NOT NULL,
	`es_programado` integer DEFAULT 0 NOT NULL,
	`reservado` integer DEFAULT 0 NOT NULL,
	`programacion_id` text,
	`asignado_por` text DEFAULT 'otro programa' NOT NULL,
	`fecha_asignacion` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `asignacion_once` ON `asignaciones` (`robot_id`,`equipo_id`,coalesce(`programacion_id`, ''));--> statement-breakpoint
CREATE UNIQUE INDEX `asignacion_one_dynamic` ON `asignaciones` (`equipo_id`) WHERE "asignaciones"."es_programado" = 0 AND "asignaciones"."reservado" = 0;--> statement-breakpoint
CREATE INDEX `asignaciones_by_equipo` ON `asignaciones` (`equipo_id`);--> statement-breakpoint
CREATE INDEX `asignaciones_by_programacion` ON `asignaciones` (`programacion_id`);--> statement-breakpoint
CREATE TABLE `sincronizaciones` (
	`sincronizacion_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`que` text NOT NULL,
	`started_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`ended_at` text,
	`outcome` text NOT NULL,
	`vistos` integer DEFAULT 0 NOT NULL,
	`nuevos` integer DEFAULT 0 NOT NULL,
	`cambiados` integer DEFAULT 0 NOT NULL,
	`ausentes` integer DEFAULT 0 NOT NULL,
	`mensaje` text,
	CONSTRAINT "sincronizacion_que" CHECK("sincronizaciones"."que" IN ('robots', 'equipos')),
	CONSTRAINT "sincronizacion_outcome" CHECK("sincronizaciones"."outcome" IN ('ok', 'sin_ausencias', 'failed'))
);
--> statement-breakpoint
CREATE INDEX `sincronizaciones_by_que` ON `sincronizaciones` (`que`,`sincronizacion_id`);--> statement-breakpoint
CREATE TABLE `suspensiones` (
	`suspension_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`robot_id` text,
	`equipo_id` text,
	`codigo` text NOT NULL,
	`motivo` text NOT NULL,
	`desde` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`hasta` text,
	`reanudada_at` text,
	`reanudada_por` text,
	CONSTRAINT "suspension_of_something" CHECK("suspensiones"."robot_id" IS NOT NULL OR "suspensiones"."equipo_id" IS NOT NULL)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `suspension_open_once` ON `suspensiones` (coalesce(`robot_id`, ''),coalesce(`equipo_id`, '')) WHERE "suspensiones"."reanudada_at" IS NULL;--> statement-breakpoint
CREATE TABLE `__new_pools` (
	`pool_id` text PRIMARY KEY DEFAULT (lower(hex(randomblob(8)))) NOT NULL,
	`nombre` text NOT NULL,
	`descripcion` text DEFAULT '' NOT NULL,
	`activo` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_pools`(`pool_id`, `nombre`, `activo`) SELECT `pool_id`, `nombre`, `activo` FROM `pools`;--> statement-breakpoint
DROP TABLE `pools`;--> statement-breakpoint
ALTER TABLE `__new_pools` RENAME TO `pools`;--> statement-breakpoint
CREATE UNIQUE INDEX `pools_nombre_unique` ON `pools` (`nombre`);--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `callback_info` text;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `activity_id` text;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `ocurrencia_libre` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `no_encontrada` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `veces_unknown` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `ultimo_unknown_at` text;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `parada_pedida_at` text;--> statement-breakpoint
ALTER TABLE `ejecuciones` ADD `actualizada_at` text;--> statement-breakpoint
CREATE UNIQUE INDEX `ejecucion_one_per_user` ON `ejecuciones` (`user_id`) WHERE "ejecuciones"."user_id" IS NOT NULL AND "ejecuciones"."estado" IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED');--> statement-breakpoint
CREATE UNIQUE INDEX `ejecucion_once_per_occurrence` ON `ejecuciones` (`programacion_id`,`equipo_id`,`fecha_teorica`) WHERE "ejecuciones"."programacion_id" IS NOT NULL AND "ejecuciones"."ocurrencia_libre" = 0;--> statement-breakpoint
CREATE INDEX `ejecuciones_open` ON `ejecuciones` (`estado`,`fecha_inicio`) WHERE "ejecuciones"."estado" IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED', 'UNKNOWN');--> statement-breakpoint
CREATE INDEX `ejecuciones_by_robot` ON `ejecuciones` (`robot_id`,`fecha_inicio`);--> statement-breakpoint
CREATE INDEX `ejecuciones_by_equipo` ON `ejecuciones` (`equipo_id`,`fecha_inicio`);--> statement-breakpoint
ALTER TABLE `equipos` ADD `presente_en_a360` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `equipos` ADD `user_activo` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `equipos` ADD `manual` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `equipos_by_name` ON `equipos` (`equipo`);--> statement-breakpoint
ALTER TABLE `robots` ADD `descripcion` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `robots` ADD `presente_en_a360` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
INSERT INTO `lanzador` (`id`) VALUES (1);
