insert into loads values (1, current_timestamp);
insert into providers (provider_id, kind, npi, name, given, organization_id, first_load) values
  ('cedar', 'Organization', null, 'Cedar Health Plan', null, null, 1),
  ('valley', 'Organization', '1234567893', 'Valley Clinic', null, null, 1),
  ('dr-stone', 'Practitioner', '1000000012', 'Stone', 'Ruth', null, 1);
insert into plans values ('gold-2026', 'cedar');
insert into members (member_id, family, given, born, sex, first_load) values
  ('1001', 'Alder', 'Ann', date '1980-05-17', 'female', 1),
  ('1002', 'Birch', 'Ben', date '1955-11-02', 'male', 1),
  ('1003', 'Cole', 'Cleo', date '2001-01-30', 'female', 1);
insert into enrolments (enrolment_id, member_id, member_number, subscriber_member_id, plan_id, relationship, valid_from,
  first_load)
select 'e-' || member_id, member_id, 'W' || member_id, member_id, 'gold-2026', 'self', date '2026-01-01', 1 from members;
insert into lists (list_id, name, status, contract, npi, payer_id, valid_from, first_load) values
  ('valley-2026', 'Valley Clinic 2026', 'open', 'CT-1', '1234567893', 'cedar', date '2026-01-01', 1);
insert into attributions (list_id, member_id, enrolment_id, provider_id, valid_from, status, first_load)
select 'valley-2026', member_id, 'e-' || member_id, case member_id when '1002' then 'valley' else 'dr-stone' end,
  date '2026-01-01', 'active', 1 from members;
insert into list_changes values ('valley-2026', 1);
insert into list_access values ('try', 'valley-2026');
