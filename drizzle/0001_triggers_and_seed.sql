CREATE TRIGGER queue_counts_insert AFTER INSERT ON tramite_queue BEGIN
  INSERT INTO queue_counts (site_id, status, n) VALUES (NEW.site_id, NEW.status, 1)
    ON CONFLICT (site_id, status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER queue_counts_delete AFTER DELETE ON tramite_queue BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE site_id = OLD.site_id AND status = OLD.status;
END;
--> statement-breakpoint
CREATE TRIGGER queue_counts_update AFTER UPDATE OF site_id, status ON tramite_queue
WHEN OLD.site_id <> NEW.site_id OR OLD.status <> NEW.status BEGIN
  UPDATE queue_counts SET n = n - 1 WHERE site_id = OLD.site_id AND status = OLD.status;
  INSERT INTO queue_counts (site_id, status, n) VALUES (NEW.site_id, NEW.status, 1)
    ON CONFLICT (site_id, status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
INSERT INTO pools (pool_id, nombre) VALUES ('local', 'Local');
--> statement-breakpoint
INSERT INTO robots (robot_id, robot, kind, es_online, pool_id) VALUES ('xaloc_girona', 'Xaloc Girona', 'playwright', 1, 'local');
--> statement-breakpoint
INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active)
VALUES ('xaloc_girona', '%XALOC%', '2,3', '^\d{4}/\d{6}-MUL$', 'http://www.xvia-grupoeuropa.net/intranet/xvia-grupoeuropa/public/servicio/recursos/telematicos?FAlta=&fecpres=&freal=&TExp=0&Procedim=&Organisme=Xaloc&numclient=&Expedient={expediente}&SujetoRecurso=&TRecursosDoc=0&Usuario=0&Estado=-1', 0);
