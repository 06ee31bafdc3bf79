DROP INDEX `tramite_processing`;--> statement-breakpoint
DROP INDEX `tramite_by_status`;