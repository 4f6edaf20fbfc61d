-- A payer's own tables. A load, nightly as a rule, changes no row: it ends the old one and writes a new one. So a row
-- stands from first_load to last_load, and any load can be looked at later.
create table loads (load_id integer primary key, finished_at timestamp(3) with time zone); -- unfinished without a time

create table members (
  member_id varchar(64) not null, family varchar(100) not null, given varchar(100), born date, sex varchar(10) not null,
  first_load integer not null, last_load integer default 2147483647 not null, primary key (member_id, first_load));

create table plans ( -- never change: next year's plan is another plan
  plan_id varchar(64) primary key, payer_id varchar(64) not null);

create table subscribers ( -- of those who are no members themselves
  subscriber_id varchar(64) not null, member_id varchar(64) not null, family varchar(100) not null,
  first_load integer not null, last_load integer default 2147483647 not null, primary key (subscriber_id, first_load));

create table enrolments (
  enrolment_id varchar(64) not null, member_id varchar(64) not null, member_number varchar(64) not null,
  subscriber_id varchar(64), subscriber_member_id varchar(64), employer_id varchar(64), plan_id varchar(64) not null,
  relationship varchar(20) not null, valid_from date not null, valid_to date,
  first_load integer not null, last_load integer default 2147483647 not null, primary key (enrolment_id, first_load));

create table providers ( -- kind: Practitioner, PractitionerRole, Organization or Location
  provider_id varchar(64) not null, kind varchar(20) not null, npi varchar(10), name varchar(100), given varchar(100),
  practitioner_id varchar(64), organization_id varchar(64), location_id varchar(64), -- whom it belongs to
  first_load integer not null, last_load integer default 2147483647 not null, primary key (provider_id, first_load));

create table lists (
  list_id varchar(64) not null, name varchar(100), status varchar(10) not null, contract varchar(64) not null,
  npi varchar(10), tin varchar(10), local_number varchar(64), payer_id varchar(64) not null,
  attributed_to varchar(64), recipient_npi varchar(10), valid_from date not null, valid_to date,
  first_load integer not null, last_load integer default 2147483647 not null, primary key (list_id, first_load));
create table list_changes ( -- which loads changed a list or its rows: its versions
  list_id varchar(64) not null, load_id integer not null, primary key (list_id, load_id));
create table list_access (client_id varchar(256) not null, list_id varchar(64) not null, primary key (client_id, list_id));

create table attributions ( -- status: active, ended or cancelled
  list_id varchar(64) not null, member_id varchar(64) not null, enrolment_id varchar(64) not null,
  provider_id varchar(64), valid_from date not null, valid_to date, status varchar(10) not null,
  first_load integer not null, last_load integer default 2147483647 not null);
create index attributions_of_list on attributions (list_id, member_id);
