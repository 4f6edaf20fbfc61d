-- How many distinct values of a hundred rows a column has. H2 plans the first load of a list before it has counted, and
-- would then take an index that finds all rows of the list for each row of the list.

alter table atr.member alter column list_id selectivity 1;

alter table atr.member alter column patient selectivity 90;

alter table atr.member alter column coverage selectivity 90;

alter table atr.member alter column provider selectivity 1;

alter table atr.member alter column period_start selectivity 1;

alter table atr.resource alter column ref selectivity 95;

alter table atr.resource_reference alter column from_ref selectivity 50;

alter table atr.resource_reference alter column to_ref selectivity 30;
