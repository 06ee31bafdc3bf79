INSERT INTO search_progress (id) VALUES (1);
--> statement-breakpoint
CREATE VIRTUAL TABLE tramite_search USING fts5(expediente, resource_id, matricula, numero, content='', contentless_delete=1, tokenize='trigram');
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
    'max_en_cola', CASE typeof(NEW.max_en_cola) WHEN 'blob' THEN hex(NEW.max_en_cola) ELSE NEW.max_en_cola END));
END;
--> statement-breakpoint
CREATE TRIGGER organismo_versiones_update AFTER UPDATE ON organismo_config
WHEN OLD.site_id IS NOT NEW.site_id OR OLD.query_organisme IS NOT NEW.query_organisme OR OLD.excluir_organisme IS NOT NEW.excluir_organisme OR OLD.filtro_texp IS NOT NEW.filtro_texp OR OLD.regex_expediente IS NOT NEW.regex_expediente OR OLD.solo_sin_asignar IS NOT NEW.solo_sin_asignar OR OLD.modo IS NOT NEW.modo OR OLD.robot IS NOT NEW.robot OR OLD.url_template IS NOT NEW.url_template OR OLD.url_inicio IS NOT NEW.url_inicio OR OLD.prioridad IS NOT NEW.prioridad OR OLD.limite_por_ciclo IS NOT NEW.limite_por_ciclo OR OLD.max_en_cola IS NOT NEW.max_en_cola BEGIN
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
    'max_en_cola', CASE typeof(NEW.max_en_cola) WHEN 'blob' THEN hex(NEW.max_en_cola) ELSE NEW.max_en_cola END));
END;
--> statement-breakpoint
INSERT INTO organismo_versiones (site_id, reglas, at) SELECT site_id, json_object(
    'query_organisme', CASE typeof(query_organisme) WHEN 'blob' THEN hex(query_organisme) ELSE query_organisme END,
    'excluir_organisme', CASE typeof(excluir_organisme) WHEN 'blob' THEN hex(excluir_organisme) ELSE excluir_organisme END,
    'filtro_texp', CASE typeof(filtro_texp) WHEN 'blob' THEN hex(filtro_texp) ELSE filtro_texp END,
    'regex_expediente', CASE typeof(regex_expediente) WHEN 'blob' THEN hex(regex_expediente) ELSE regex_expediente END,
    'solo_sin_asignar', CASE typeof(solo_sin_asignar) WHEN 'blob' THEN hex(solo_sin_asignar) ELSE solo_sin_asignar END,
    'modo', CASE typeof(modo) WHEN 'blob' THEN hex(modo) ELSE modo END,
    'robot', CASE typeof(robot) WHEN 'blob' THEN hex(robot) ELSE robot END,
    'url_template', CASE typeof(url_template) WHEN 'blob' THEN hex(url_template) ELSE url_template END,
    'url_inicio', CASE typeof(url_inicio) WHEN 'blob' THEN hex(url_inicio) ELSE url_inicio END,
    'prioridad', CASE typeof(prioridad) WHEN 'blob' THEN hex(prioridad) ELSE prioridad END,
    'limite_por_ciclo', CASE typeof(limite_por_ciclo) WHEN 'blob' THEN hex(limite_por_ciclo) ELSE limite_por_ciclo END,
    'max_en_cola', CASE typeof(max_en_cola) WHEN 'blob' THEN hex(max_en_cola) ELSE max_en_cola END), coalesce(updated_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) FROM organismo_config ORDER BY id;
