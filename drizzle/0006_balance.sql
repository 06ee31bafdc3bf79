CREATE TABLE `balance_robots` (
	`robot_id` text PRIMARY KEY NOT NULL,
	`ultima_alza_at` text,
	`ultima_alza_tickets` integer,
	`ultima_baja_at` text,
	`ultima_baja_tickets` integer,
	`incompleto` integer DEFAULT 0 NOT NULL,
	`negativa` text,
	`tickets` integer,
	`necesita` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `fuentes_carga` (
	`proveedor` text PRIMARY KEY NOT NULL,
	`ultimo_intento_at` text,
	`ultimo_acierto_at` text,
	`respuesta` text DEFAULT '{}' NOT NULL,
	`fallos_seguidos` integer DEFAULT 0 NOT NULL,
	`motivo` text,
	`duracion_ms` integer
);
--> statement-breakpoint
CREATE TABLE `historico_balanceo` (
	`historico_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`fecha_balanceo` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	`robot_id` text NOT NULL,
	`pool_id` text,
	`tickets_pendientes` integer,
	`equipos_antes` integer NOT NULL,
	`equipos_despues` integer NOT NULL,
	`accion_tomada` text NOT NULL,
	`justificacion` text DEFAULT '' NOT NULL,
	`equipos` text DEFAULT '[]' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `historico_balanceo_by_robot` ON `historico_balanceo` (`robot_id`,`historico_id`);--> statement-breakpoint
CREATE INDEX `historico_balanceo_by_date` ON `historico_balanceo` (`fecha_balanceo`);--> statement-breakpoint
CREATE TABLE `mapeo_robots` (
	`mapeo_id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`proveedor` text NOT NULL,
	`nombre_externo` text NOT NULL,
	`robot_id` text NOT NULL,
	`descripcion` text DEFAULT '' NOT NULL,
	`created_at` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mapeo_once` ON `mapeo_robots` (`proveedor`,`nombre_externo`);--> statement-breakpoint
CREATE INDEX `mapeo_by_robot` ON `mapeo_robots` (`robot_id`);--> statement-breakpoint
ALTER TABLE `organismo_config` ADD `min_equipos` integer DEFAULT 0;--> statement-breakpoint
ALTER TABLE `organismo_config` ADD `max_equipos` integer DEFAULT -1;--> statement-breakpoint
ALTER TABLE `asignaciones` ADD `liberando` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
DROP TRIGGER organismo_versiones_insert;
--> statement-breakpoint
DROP TRIGGER organismo_versiones_update;
--> statement-breakpoint
CREATE TRIGGER organismo_versiones_insert AFTER INSERT ON organismo_config BEGIN
  INSERT INTO organismo_versiones (site_id, reglas) VALUES (NEW.site_id, json_object(
    'query_organisme', CASE typeof(NEW.query_organisme) WHEN 'blob' THEN hex(NEW.query_organisme) ELSE NEW.query_organisme END,
    'excluir_organisme', CASE typeof(NEW.excluir_organisme) WHEN 'blob' THEN hex(NEW.excluir_organisme) ELSE NEW.excluir_organisme END,
    'filtro_texp', CASE typeof(NEW.filtro_texp) WHEN 'blob' THEN hex(NEW.filtro_texp) ELSE NEW.filtro_texp END,
    'regex_expediente', CASE typeof(NEW.regex_expediente) WHEN 'blob' THEN hex(NEW.regex_expediente) ELSE NEW.regex_expediente END,
    'solo_sin_asignar', CASE typeof(NEW.solo_sin_asignar) WHEN 'blob' THEN hex(NEW.solo_sin_asignar) ELSE NEW.solo_sin_asignar END,
    'modo', CASE typeof(NEW.modo) WHEN 'blob' THEN hex(NEW.modo) ELSE NEW.modo END,
    'robot', CASE typeof(NEW.robot) WHEN 'blob' THEN hex(NEW.robot) ELSE NEW.robot END,
    'url_template', CASE typeof(NEW.url_template) WHEN 'blob' THEN hex(NEW.url_template) ELSE NEW.url_template END,
    'url_inicio', CASE typeof(NEW.url_inicio) WHEN 'blob' THEN hex(NEW.url_inicio) ELSE NEW.url_inicio END,
    'prioridad', CASE typeof(NEW.prioridad) WHEN 'blob' THEN hex(NEW.prioridad) ELSE NEW.prioridad END,
    'limite_por_ciclo', CASE typeof(NEW.limite_por_ciclo) WHEN 'blob' THEN hex(NEW.limite_por_ciclo) ELSE NEW.limite_por_ciclo END,
    'max_en_cola', CASE typeof(NEW.max_en_cola) WHEN 'blob' THEN hex(NEW.max_en_cola) ELSE NEW.max_en_cola END,
    'min_equipos', CASE typeof(NEW.min_equipos) WHEN 'blob' THEN hex(NEW.min_equipos) ELSE NEW.min_equipos END,
    'max_equipos', CASE typeof(NEW.max_equipos) WHEN 'blob' THEN hex(NEW.max_equipos) ELSE NEW.max_equipos END));
END;
--> statement-breakpoint
CREATE TRIGGER organismo_versiones_update AFTER UPDATE ON organismo_config
WHEN OLD.site_id IS NOT NEW.site_id OR OLD.query_organisme IS NOT NEW.query_organisme OR OLD.excluir_organisme IS NOT NEW.excluir_organisme OR OLD.filtro_texp IS NOT NEW.filtro_texp OR OLD.regex_expediente IS NOT NEW.regex_expediente OR OLD.solo_sin_asignar IS NOT NEW.solo_sin_asignar OR OLD.modo IS NOT NEW.modo OR OLD.robot IS NOT NEW.robot OR OLD.url_template IS NOT NEW.url_template OR OLD.url_inicio IS NOT NEW.url_inicio OR OLD.prioridad IS NOT NEW.prioridad OR OLD.limite_por_ciclo IS NOT NEW.limite_por_ciclo OR OLD.max_en_cola IS NOT NEW.max_en_cola OR OLD.min_equipos IS NOT NEW.min_equipos OR OLD.max_equipos IS NOT NEW.max_equipos BEGIN
  INSERT INTO organismo_versiones (site_id, reglas) VALUES (NEW.site_id, json_object(
    'query_organisme', CASE typeof(NEW.query_organisme) WHEN 'blob' THEN hex(NEW.query_organisme) ELSE NEW.query_organisme END,
    'excluir_organisme', CASE typeof(NEW.excluir_organisme) WHEN 'blob' THEN hex(NEW.excluir_organisme) ELSE NEW.excluir_organisme END,
    'filtro_texp', CASE typeof(NEW.filtro_texp) WHEN 'blob' THEN hex(NEW.filtro_texp) ELSE NEW.filtro_texp END,
    'regex_expediente', CASE typeof(NEW.regex_expediente) WHEN 'blob' THEN hex(NEW.regex_expediente) ELSE NEW.regex_expediente END,
    'solo_sin_asignar', CASE typeof(NEW.solo_sin_asignar) WHEN 'blob' THEN hex(NEW.solo_sin_asignar) ELSE NEW.solo_sin_asignar END,
    'modo', CASE typeof(NEW.modo) WHEN 'blob' THEN hex(NEW.modo) ELSE NEW.modo END,
    'robot', CASE typeof(NEW.robot) WHEN 'blob' THEN hex(NEW.robot) ELSE NEW.robot END,
    'url_template', CASE typeof(NEW.url_template) WHEN 'blob' THEN hex(NEW.url_template) ELSE NEW.url_template END,
    'url_inicio', CASE typeof(NEW.url_inicio) WHEN 'blob' THEN hex(NEW.url_inicio) ELSE NEW.url_inicio END,
    'prioridad', CASE typeof(NEW.prioridad) WHEN 'blob' THEN hex(NEW.prioridad) ELSE NEW.prioridad END,
    'limite_por_ciclo', CASE typeof(NEW.limite_por_ciclo) WHEN 'blob' THEN hex(NEW.limite_por_ciclo) ELSE NEW.limite_por_ciclo END,
    'max_en_cola', CASE typeof(NEW.max_en_cola) WHEN 'blob' THEN hex(NEW.max_en_cola) ELSE NEW.max_en_cola END,
    'min_equipos', CASE typeof(NEW.min_equipos) WHEN 'blob' THEN hex(NEW.min_equipos) ELSE NEW.min_equipos END,
    'max_equipos', CASE typeof(NEW.max_equipos) WHEN 'blob' THEN hex(NEW.max_equipos) ELSE NEW.max_equipos END));
END;
--> statement-breakpoint
UPDATE organismo_versiones SET reglas = json_insert(reglas, '$.min_equipos', 0, '$.max_equipos', -1);
--> statement-breakpoint
UPDATE ensayos SET reglas = json_insert(reglas, '$.min_equipos', 0, '$.max_equipos', -1);
--> statement-breakpoint
CREATE TRIGGER asignacion_kept BEFORE INSERT ON asignaciones WHEN NEW.reservado = 1 BEGIN
  DELETE FROM asignaciones WHERE robot_id = NEW.robot_id AND equipo_id = NEW.equipo_id AND es_programado = 0 AND reservado = 0;
END;
