ALTER TABLE `fuentes_carga` ADD `lugar` text;
