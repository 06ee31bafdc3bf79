CREATE TABLE `envios` (
	`envio_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`aviso_id` integer,
	`canal` text NOT NULL,
	`motivo` text NOT NULL,
	`asunto` text NOT NULL,
	`texto` text NOT NULL,
	`html` text,
	`cuerpo` text,
	`estado` text DEFAULT 'pendiente' NOT NULL,
	`intentos` integer DEFAULT 0 NOT NULL,
	`proximo_at` text,
	`creado_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`enviado_at` text,
	`error` text,
	CONSTRAINT "envio_canal" CHECK("envios"."canal" IN ('correo', 'webhook')),
	CONSTRAINT "envio_motivo" CHECK("envios"."motivo" IN ('nuevo', 'sigue', 'fin', 'prueba')),
	CONSTRAINT "envio_estado" CHECK("envios"."estado" IN ('pendiente', 'enviado', 'fallido', 'callado'))
);
--> statement-breakpoint
CREATE INDEX `envios_pending` ON `envios` (`envio_id`) WHERE "envios"."estado" = 'pendiente';--> statement-breakpoint
CREATE INDEX `envios_by_aviso` ON `envios` (`aviso_id`);--> statement-breakpoint
CREATE TABLE `silencios` (
	`silencio_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`prefijo` text DEFAULT '' NOT NULL,
	`criticos` integer DEFAULT 0 NOT NULL,
	`motivo` text NOT NULL,
	`desde` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`hasta` text NOT NULL,
	`usuario` text,
	`levantado_at` text
);
--> statement-breakpoint
CREATE INDEX `silencios_open` ON `silencios` (`hasta`) WHERE "silencios"."levantado_at" IS NULL;--> statement-breakpoint
CREATE TABLE `arranques` (
	`arranque_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`version` text NOT NULL,
	`pid` integer NOT NULL,
	`terminado_at` text,
	`motivo` text
);
--> statement-breakpoint
CREATE TABLE `ciclos_pausados` (
	`ciclo` text PRIMARY KEY NOT NULL,
	`motivo` text DEFAULT '' NOT NULL,
	`usuario` text,
	`desde` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE TABLE `copias` (
	`copia_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`archivo` text,
	`motivo` text NOT NULL,
	`empezada_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`terminada_at` text,
	`bytes` integer,
	`verificada` integer DEFAULT 0 NOT NULL,
	`error` text,
	`borrada_at` text,
	CONSTRAINT "copia_motivo" CHECK("copias"."motivo" IN ('periodica', 'a_mano', 'migracion'))
);
--> statement-breakpoint
CREATE TABLE `limpiezas` (
	`limpieza_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`que` text NOT NULL,
	`cuantos` integer NOT NULL,
	`bytes` integer,
	`anterior_a` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `limpiezas_by_que` ON `limpiezas` (`que`,`limpieza_id`);--> statement-breakpoint
CREATE TABLE `mantenimiento` (
	`id` integer PRIMARY KEY NOT NULL,
	`activo` integer DEFAULT 0 NOT NULL,
	`motivo` text,
	`usuario` text,
	`desde` text
);
--> statement-breakpoint
ALTER TABLE `avisos` ADD `datos` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `avisos` ADD `acciones` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `avisos` ADD `avisado_at` text;--> statement-breakpoint
ALTER TABLE `avisos` ADD `avisado_veces` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `avisos` ADD `visto_at` text;--> statement-breakpoint
ALTER TABLE `avisos` ADD `visto_por` text;
--> statement-breakpoint
INSERT INTO `mantenimiento` (`id`) VALUES (1);
