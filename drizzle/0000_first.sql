CREATE TABLE `avisos` (
	`aviso_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`clave` text NOT NULL,
	`nivel` text NOT NULL,
	`ambito` text NOT NULL,
	`naturaleza` text NOT NULL,
	`titulo` text NOT NULL,
	`detalle` text,
	`veces` integer DEFAULT 1 NOT NULL,
	`estado` text DEFAULT 'abierto' NOT NULL,
	`abierto_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`ultimo_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`resuelto_at` text,
	CONSTRAINT "aviso_nivel" CHECK("avisos"."nivel" IN ('CRITICO', 'ALTO', 'MEDIO')),
	CONSTRAINT "aviso_ambito" CHECK("avisos"."ambito" IN ('SISTEMA', 'ROBOT', 'EQUIPO')),
	CONSTRAINT "aviso_naturaleza" CHECK("avisos"."naturaleza" IN ('PERMANENTE', 'TRANSITORIO', 'UMBRAL', 'RECUPERACION')),
	CONSTRAINT "aviso_estado" CHECK("avisos"."estado" IN ('abierto', 'resuelto'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `aviso_open_once` ON `avisos` (`clave`) WHERE "avisos"."estado" = 'abierto';--> statement-breakpoint
CREATE TABLE `queue_counts` (
	`site_id` text NOT NULL,
	`status` text NOT NULL,
	`n` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`site_id`, `status`)
);
--> statement-breakpoint
CREATE TABLE `tramite_queue` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` text NOT NULL,
	`resource_id` text NOT NULL,
	`expediente` text,
	`protocol` text,
	`payload` text,
	`url_directa` text,
	`status` text DEFAULT 'pending' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`transient_failures` integer DEFAULT 0 NOT NULL,
	`screenshot_path` text,
	`error_code` text,
	`error_log` text,
	`result` text,
	`priority` integer DEFAULT 100 NOT NULL,
	`not_before` text,
	`approved_at` text,
	`approved_by` text,
	`rule_version` text,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`processed_at` text,
	CONSTRAINT "tramite_status" CHECK("tramite_queue"."status" IN ('pending', 'processing', 'awaiting_confirmation', 'completed', 'failed', 'needs_review', 'cancelled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tramite_queue_resource_id_unique` ON `tramite_queue` (`resource_id`);--> statement-breakpoint
CREATE INDEX `tramite_take_next` ON `tramite_queue` (`site_id`,`priority`,`created_at`,`id`,`not_before`) WHERE "tramite_queue"."status" = 'pending';--> statement-breakpoint
CREATE INDEX `tramite_retry_at` ON `tramite_queue` (`not_before`) WHERE "tramite_queue"."status" = 'pending' AND "tramite_queue"."not_before" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `tramite_by_site` ON `tramite_queue` (`site_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `tramite_by_expediente` ON `tramite_queue` (`expediente`);--> statement-breakpoint
CREATE INDEX `tramite_filed` ON `tramite_queue` (`site_id`,`processed_at`) WHERE "tramite_queue"."status" = 'completed';--> statement-breakpoint
CREATE TABLE `ejecuciones` (
	`ejecucion_id` text PRIMARY KEY NOT NULL,
	`deployment_id` text,
	`robot_id` text NOT NULL,
	`equipo_id` text,
	`user_id` text,
	`estado` text NOT NULL,
	`fase` text,
	`fecha_inicio` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`fecha_inicio_real` text,
	`fecha_fin` text,
	`origen` text,
	`tramite_id` integer,
	`intento` integer,
	`programacion_id` text,
	`fecha_teorica` text,
	`planned_steps` text,
	`result` text,
	`error_code` text,
	`mensaje` text,
	CONSTRAINT "ejecucion_fase" CHECK("ejecuciones"."fase" IN ('preparing', 'ready', 'submitting', 'submitted')),
	CONSTRAINT "ejecucion_estado" CHECK("ejecuciones"."estado" IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED', 'COMPLETED', 'RUN_COMPLETED', 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'DEPLOY_FAILED', 'COMPLETED_INFERRED', 'UNKNOWN'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ejecuciones_deployment_id_unique` ON `ejecuciones` (`deployment_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `ejecucion_one_per_equipo` ON `ejecuciones` (`equipo_id`) WHERE "ejecuciones"."estado" IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED');--> statement-breakpoint
CREATE UNIQUE INDEX `ejecucion_one_per_tramite` ON `ejecuciones` (`tramite_id`) WHERE "ejecuciones"."tramite_id" IS NOT NULL AND "ejecuciones"."estado" IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED');--> statement-breakpoint
CREATE INDEX `ejecuciones_by_tramite` ON `ejecuciones` (`tramite_id`,`intento`);--> statement-breakpoint
CREATE TABLE `steps` (
	`step_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`ejecucion_id` text NOT NULL,
	`tramite_id` integer,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`outcome` text NOT NULL,
	`started_at` text NOT NULL,
	`ended_at` text NOT NULL,
	`note` text,
	`capture` text,
	`error_code` text,
	CONSTRAINT "step_outcome" CHECK("steps"."outcome" IN ('done', 'failed'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `steps_once` ON `steps` (`ejecucion_id`,`number`);--> statement-breakpoint
CREATE INDEX `steps_by_tramite` ON `steps` (`tramite_id`,`step_id`);--> statement-breakpoint
CREATE TABLE `auditoria` (
	`auditoria_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`fecha` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`usuario` text NOT NULL,
	`accion` text NOT NULL,
	`entidad` text NOT NULL,
	`entidad_id` text,
	`antes` text,
	`despues` text,
	`motivo` text,
	`host` text
);
--> statement-breakpoint
CREATE TABLE `events` (
	`event_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`entity` text NOT NULL,
	`entity_id` text NOT NULL,
	`kind` text NOT NULL,
	`data` text,
	`actor` text DEFAULT 'cerebro' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_by_entity` ON `events` (`entity`,`entity_id`,`event_id`);--> statement-breakpoint
CREATE TABLE `organismo_config` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`site_id` text NOT NULL,
	`query_organisme` text,
	`filtro_texp` text,
	`regex_expediente` text,
	`url_template` text,
	`active` integer DEFAULT 0,
	`modo` text DEFAULT 'aprobar',
	`robot` text,
	`url_inicio` text,
	`prioridad` integer DEFAULT 100,
	`limite_por_ciclo` integer,
	`max_en_cola` integer,
	`excluir_organisme` text,
	`solo_sin_asignar` integer DEFAULT 0,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	CONSTRAINT "organismo_site_id_given" CHECK(length(trim("organismo_config"."site_id")) > 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organismo_config_site_id_unique` ON `organismo_config` (`site_id`);--> statement-breakpoint
CREATE TABLE `discards` (
	`discard_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`resource_id` text NOT NULL,
	`site_id` text NOT NULL,
	`rule_version` text NOT NULL,
	`reason` text NOT NULL,
	`expediente` text,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `discards_once` ON `discards` (`resource_id`,`site_id`,`rule_version`);--> statement-breakpoint
CREATE TABLE `mismatches` (
	`resource_id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`site_id` text,
	`detail` text,
	`at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	CONSTRAINT "mismatch_kind" CHECK("mismatches"."kind" IN ('unknown_here', 'foreign_there'))
);
--> statement-breakpoint
CREATE TABLE `reclamaciones` (
	`resource_id` text PRIMARY KEY NOT NULL,
	`site_id` text NOT NULL,
	`texp_original` integer,
	`estado_original` integer,
	`usuario_original` text,
	`state` text NOT NULL,
	`source_row` text,
	`rule_version` text,
	`intended_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`closed_at` text,
	CONSTRAINT "reclamacion_state" CHECK("reclamaciones"."state" IN ('intended', 'claimed', 'lost', 'released', 'foreign'))
);
--> statement-breakpoint
CREATE INDEX `reclamaciones_open` ON `reclamaciones` (`site_id`,`resource_id`) WHERE "reclamaciones"."state" = 'intended';--> statement-breakpoint
CREATE INDEX `reclamaciones_to_release` ON `reclamaciones` (`resource_id`) WHERE "reclamaciones"."state" = 'released' AND "reclamaciones"."closed_at" IS NULL;--> statement-breakpoint
CREATE TABLE `equipos` (
	`equipo_id` text PRIMARY KEY NOT NULL,
	`equipo` text NOT NULL,
	`user_id` text,
	`user_name` text,
	`licencia` text,
	`activo_sam` integer DEFAULT 1 NOT NULL,
	`conectado` integer DEFAULT 1 NOT NULL,
	`permite_balanceo_dinamico` integer DEFAULT 0 NOT NULL,
	`pool_id` text
);
--> statement-breakpoint
CREATE INDEX `equipos_by_pool` ON `equipos` (`pool_id`);--> statement-breakpoint
CREATE TABLE `pools` (
	`pool_id` text PRIMARY KEY NOT NULL,
	`nombre` text NOT NULL,
	`activo` integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pools_nombre_unique` ON `pools` (`nombre`);--> statement-breakpoint
CREATE TABLE `robots` (
	`robot_id` text PRIMARY KEY NOT NULL,
	`robot` text NOT NULL,
	`kind` text DEFAULT 'a360' NOT NULL,
	`activo` integer DEFAULT 1 NOT NULL,
	`es_online` integer DEFAULT 0 NOT NULL,
	`min_equipos` integer DEFAULT 1 NOT NULL,
	`max_equipos` integer DEFAULT -1 NOT NULL,
	`prioridad_balanceo` integer DEFAULT 100 NOT NULL,
	`tickets_por_equipo_adicional` integer,
	`pool_id` text,
	`parametros` text,
	CONSTRAINT "robot_kind" CHECK("robots"."kind" IN ('playwright', 'a360'))
);
--> statement-breakpoint
CREATE TABLE `ajustes` (
	`clave` text PRIMARY KEY NOT NULL,
	`valor` text NOT NULL,
	`updated_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`updated_by` text
);
--> statement-breakpoint
CREATE TABLE `cycle_organismos` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`cycle_id` integer NOT NULL,
	`site_id` text NOT NULL,
	`seen` integer DEFAULT 0 NOT NULL,
	`matched` integer DEFAULT 0 NOT NULL,
	`discarded` integer DEFAULT 0 NOT NULL,
	`claimed` integer DEFAULT 0 NOT NULL,
	`lost` integer DEFAULT 0 NOT NULL,
	`error` text
);
--> statement-breakpoint
CREATE INDEX `cycle_organismos_by_cycle` ON `cycle_organismos` (`cycle_id`);--> statement-breakpoint
CREATE INDEX `cycle_organismos_by_site` ON `cycle_organismos` (`site_id`,`id`);--> statement-breakpoint
CREATE TABLE `cycles` (
	`cycle_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`started_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`ended_at` text,
	`outcome` text DEFAULT 'running' NOT NULL,
	`seen` integer DEFAULT 0 NOT NULL,
	`matched` integer DEFAULT 0 NOT NULL,
	`discarded` integer DEFAULT 0 NOT NULL,
	`claimed` integer DEFAULT 0 NOT NULL,
	`lost` integer DEFAULT 0 NOT NULL,
	`reasons` text,
	`phases` text,
	`error_code` text,
	`error` text,
	CONSTRAINT "cycle_outcome" CHECK("cycles"."outcome" IN ('running', 'ok', 'failed', 'aborted'))
);
--> statement-breakpoint
CREATE INDEX `cycles_by_name` ON `cycles` (`name`,`cycle_id`);--> statement-breakpoint
CREATE TABLE `error_log` (
	`error_log_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`fecha_hora` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`usuario` text,
	`origen` text NOT NULL,
	`error_mensaje` text NOT NULL,
	`parametros` text
);
