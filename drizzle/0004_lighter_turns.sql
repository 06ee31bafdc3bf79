DROP INDEX `tramite_take_next`;--> statement-breakpoint
DROP INDEX `tramite_by_site`;--> statement-breakpoint
CREATE INDEX `tramite_take_next` ON `tramite_queue` (`site_id`,`priority`,`created_at`,`id`,`not_before`,`status`) WHERE "tramite_queue"."status" IN ('pending', 'processing');--> statement-breakpoint
CREATE INDEX `tramite_by_site` ON `tramite_queue` (`site_id`,`status`,`id`) WHERE "tramite_queue"."status" <> 'processing';