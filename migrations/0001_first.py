"""The first tables, as frozen SQL: what models.py said on the day of the first release."""

import peewee

TABLES = """
CREATE TABLE "project" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "cup" VARCHAR(255) NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "grant_max_cents" INTEGER NOT NULL CHECK (grant_max_cents >= 0),
    "total_cost_cents" INTEGER NOT NULL CHECK (total_cost_cents >= 0),
    "person_year_cents" INTEGER NOT NULL CHECK (person_year_cents >= 0),
    "phone" VARCHAR(255) NOT NULL,
    "phone_hours" VARCHAR(255) NOT NULL,
    "urgent_words" TEXT NOT NULL,
    "reminder_hours" INTEGER NOT NULL,
    "coordinator_hours" INTEGER NOT NULL,
    "next_hours" INTEGER NOT NULL,
    "taken_coordinator_hours" INTEGER NOT NULL,
    "taken_next_hours" INTEGER NOT NULL,
    "cancel_free_hours" INTEGER NOT NULL,
    "proposal_hours" INTEGER NOT NULL,
    "proposal_before_hours" INTEGER NOT NULL,
    "counter_rounds" INTEGER NOT NULL,
    "urgent_within_hours" INTEGER NOT NULL,
    "urgent_minutes" INTEGER NOT NULL,
    "urgent_proposal_hours" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "project_code" ON "project" ("code");
CREATE TABLE "phone" (
    "id" {id},
    "number" VARCHAR(255) NOT NULL,
    "language" VARCHAR(255) NOT NULL,
    "stopped_at" {moment},
    "started_at" {moment},
    "how" VARCHAR(255),
    "unreachable_at" {moment},
    "unreachable_why" VARCHAR(255),
    "first_texted_at" {moment}
);
CREATE UNIQUE INDEX "phone_number" ON "phone" ("number");
CREATE TABLE "municipality" (
    "id" {id},
    "istat" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "ambito" VARCHAR(255) NOT NULL
);
CREATE UNIQUE INDEX "municipality_istat" ON "municipality" ("istat");
CREATE UNIQUE INDEX "municipality_name" ON "municipality" ("name");
CREATE INDEX "municipality_ambito" ON "municipality" ("ambito");
CREATE TABLE "company" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "association" VARCHAR(255) NOT NULL,
    "declared" INTEGER NOT NULL CHECK (declared > 0),
    "contact" VARCHAR(255) NOT NULL,
    "contact_email" VARCHAR(255) NOT NULL,
    "contact_phone" VARCHAR(255) NOT NULL,
    "contribution_cents" INTEGER NOT NULL,
    "share_percent" INTEGER NOT NULL,
    "joins" INTEGER NOT NULL,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "company_code" ON "company" ("code");
CREATE INDEX "company_municipality_id" ON "company" ("municipality_id");
CREATE TABLE "employee" (
    "id" {id},
    "phone_id" INTEGER NOT NULL,
    "company_id" INTEGER NOT NULL,
    "first_name" TEXT NOT NULL,
    "name_mark" VARCHAR(255) NOT NULL,
    "word" VARCHAR(255) NOT NULL,
    "email" TEXT,
    "language" VARCHAR(255) NOT NULL,
    "notice_version" VARCHAR(255),
    "notice_at" {moment},
    "joined_at" {moment},
    "approved_at" {moment},
    "left_at" {moment},
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("company_id") REFERENCES "company" ("id") ON DELETE RESTRICT
);
CREATE INDEX "employee_phone_id" ON "employee" ("phone_id");
CREATE INDEX "employee_company_id" ON "employee" ("company_id");
CREATE INDEX "employee_name_mark" ON "employee" ("name_mark");
CREATE UNIQUE INDEX "employee_phone_id_company_id_word" ON "employee" ("phone_id", "company_id", "word");
CREATE TABLE "allowance" (
    "id" {id},
    "project_id" INTEGER NOT NULL,
    "employee_id" INTEGER,
    "year" INTEGER,
    "limit_cents" INTEGER NOT NULL,
    "reserved_cents" INTEGER NOT NULL CHECK (reserved_cents >= 0),
    "spent_cents" INTEGER NOT NULL CHECK (spent_cents >= 0),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT
);
CREATE INDEX "allowance_project_id" ON "allowance" ("project_id");
CREATE INDEX "allowance_employee_id" ON "allowance" ("employee_id");
CREATE UNIQUE INDEX "allowance_of_a_person" ON "allowance" ("project_id", "employee_id", "year") WHERE employee_id IS NOT NULL;
CREATE UNIQUE INDEX "allowance_of_a_project" ON "allowance" ("project_id") WHERE employee_id IS NULL;
CREATE TABLE "service" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "name_en" VARCHAR(255) NOT NULL,
    "sms_name" VARCHAR(255) NOT NULL,
    "need" VARCHAR(255) NOT NULL,
    "mode" VARCHAR(255) NOT NULL,
    "unit" VARCHAR(255) NOT NULL,
    "price_cents" INTEGER NOT NULL CHECK (price_cents >= 0),
    "minimum" INTEGER NOT NULL,
    "duration_min" INTEGER,
    "notice_hours" INTEGER NOT NULL,
    "keywords" TEXT NOT NULL,
    "project_percent" INTEGER NOT NULL,
    "vat_percent" INTEGER NOT NULL,
    "tuir" VARCHAR(255) NOT NULL,
    "sensitive" {yes_or_no} NOT NULL,
    "questions" TEXT NOT NULL,
    "office" VARCHAR(255) NOT NULL,
    "office_phone" VARCHAR(255) NOT NULL,
    "office_email" VARCHAR(255) NOT NULL,
    "project_id" INTEGER,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "service_code" ON "service" ("code");
CREATE INDEX "service_need" ON "service" ("need");
CREATE INDEX "service_project_id" ON "service" ("project_id");
CREATE TABLE "service_request" (
    "id" {id},
    "reference" VARCHAR(255) NOT NULL,
    "ask_key" VARCHAR(255) NOT NULL,
    "project_id" INTEGER NOT NULL,
    "instead_of_id" INTEGER,
    "company_id" INTEGER,
    "employee_id" INTEGER,
    "service_id" INTEGER NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "starts_at" {moment} NOT NULL,
    "ends_at" {moment} NOT NULL,
    "weekly" TEXT,
    "visits" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "answers" TEXT NOT NULL,
    "answer_by" {moment},
    "short_notice" {yes_or_no} NOT NULL,
    "urgent" {yes_or_no} NOT NULL,
    "channel" VARCHAR(255) NOT NULL,
    "language" VARCHAR(255) NOT NULL,
    "unit_cents" INTEGER NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "project_cents" INTEGER NOT NULL,
    "company_cents" INTEGER NOT NULL,
    "worker_cents" INTEGER NOT NULL,
    "vat_percent" INTEGER NOT NULL,
    "project_percent" INTEGER NOT NULL,
    "company_percent" INTEGER NOT NULL,
    "promised_at" {moment},
    "lapses_at" {moment} NOT NULL,
    "call_when" VARCHAR(255) NOT NULL,
    "consented_at" {moment},
    "state" VARCHAR(255) NOT NULL,
    "outcome" VARCHAR(255),
    "reason" VARCHAR(255),
    "asked_at" {moment} NOT NULL,
    "taken_at" {moment},
    "proposed_at" {moment},
    "agreed_at" {moment},
    "closed_at" {moment},
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("instead_of_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("company_id") REFERENCES "company" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT,
    CHECK (project_cents + company_cents + worker_cents = price_cents)
);
CREATE UNIQUE INDEX "service_request_reference" ON "service_request" ("reference");
CREATE UNIQUE INDEX "service_request_ask_key" ON "service_request" ("ask_key");
CREATE INDEX "service_request_project_id" ON "service_request" ("project_id");
CREATE INDEX "service_request_instead_of_id" ON "service_request" ("instead_of_id");
CREATE INDEX "service_request_company_id" ON "service_request" ("company_id");
CREATE INDEX "service_request_employee_id" ON "service_request" ("employee_id");
CREATE INDEX "service_request_service_id" ON "service_request" ("service_id");
CREATE INDEX "service_request_municipality_id" ON "service_request" ("municipality_id");
CREATE INDEX "service_request_starts_at" ON "service_request" ("starts_at");
CREATE INDEX "service_request_lapses_at" ON "service_request" ("lapses_at");
CREATE INDEX "service_request_state" ON "service_request" ("state");
CREATE INDEX "service_request_employee_id_asked_at" ON "service_request" ("employee_id", "asked_at");
CREATE INDEX "service_request_project_id_state_asked_at" ON "service_request" ("project_id", "state", "asked_at");
CREATE TABLE "consortium" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL
);
CREATE UNIQUE INDEX "consortium_code" ON "consortium" ("code");
CREATE TABLE "cooperative" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "consortium_id" INTEGER,
    "phone" VARCHAR(255) NOT NULL,
    "email" VARCHAR(255) NOT NULL,
    "left_at" {moment},
    FOREIGN KEY ("consortium_id") REFERENCES "consortium" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "cooperative_code" ON "cooperative" ("code");
CREATE INDEX "cooperative_consortium_id" ON "cooperative" ("consortium_id");
CREATE TABLE "operator" (
    "id" {id},
    "cooperative_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "phone_id" INTEGER NOT NULL,
    "email" VARCHAR(255) NOT NULL,
    "answers" {yes_or_no} NOT NULL,
    "goes" {yes_or_no} NOT NULL,
    "on_duty" {yes_or_no} NOT NULL,
    "language" VARCHAR(255) NOT NULL,
    "left_at" {moment},
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT
);
CREATE INDEX "operator_cooperative_id" ON "operator" ("cooperative_id");
CREATE INDEX "operator_phone_id" ON "operator" ("phone_id");
CREATE UNIQUE INDEX "operator_cooperative_id_phone_id" ON "operator" ("cooperative_id", "phone_id");
CREATE TABLE "referral" (
    "id" {id},
    "request_id" INTEGER NOT NULL,
    "cooperative_id" INTEGER NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    "put_at" {moment} NOT NULL,
    "started_at" {moment},
    "remind_at" {moment} NOT NULL,
    "tell_at" {moment} NOT NULL,
    "due_at" {moment} NOT NULL,
    "reminded_at" {moment},
    "told_at" {moment},
    "operator_id" INTEGER,
    "answered_at" {moment},
    "reason" VARCHAR(255),
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT
);
CREATE INDEX "referral_request_id" ON "referral" ("request_id");
CREATE INDEX "referral_cooperative_id" ON "referral" ("cooperative_id");
CREATE INDEX "referral_due_at" ON "referral" ("due_at");
CREATE INDEX "referral_operator_id" ON "referral" ("operator_id");
CREATE INDEX "referral_state_due_at" ON "referral" ("state", "due_at");
CREATE INDEX "referral_cooperative_id_state" ON "referral" ("cooperative_id", "state");
CREATE UNIQUE INDEX "referral_one_live" ON "referral" ("request_id") WHERE state IN ('waiting', 'taken');
CREATE TABLE "appointment" (
    "id" {id},
    "request_id" INTEGER NOT NULL,
    "referral_id" INTEGER NOT NULL,
    "worker_id" INTEGER,
    "starts_at" {moment} NOT NULL,
    "ends_at" {moment} NOT NULL,
    "sequence" INTEGER NOT NULL,
    "changed_at" {moment} NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "project_cents" INTEGER NOT NULL,
    "company_cents" INTEGER NOT NULL,
    "worker_cents" INTEGER NOT NULL,
    "vat_cents" INTEGER NOT NULL,
    "planned_at" {moment} NOT NULL,
    "undo_until" {moment} NOT NULL,
    "remind_day_at" {moment},
    "remind_hours_at" {moment},
    "decide_at" {moment},
    "mark_by" {moment},
    "missed_by" VARCHAR(255),
    "confirmed_at" {moment},
    "cancelled_at" {moment},
    "cancelled_by" VARCHAR(255),
    "cancelled_late" {yes_or_no} NOT NULL,
    "reason" VARCHAR(255),
    "units_delivered" INTEGER,
    "delivered_at" {moment},
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("worker_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    CHECK (project_cents + company_cents + worker_cents = price_cents)
);
CREATE INDEX "appointment_request_id" ON "appointment" ("request_id");
CREATE INDEX "appointment_referral_id" ON "appointment" ("referral_id");
CREATE INDEX "appointment_worker_id" ON "appointment" ("worker_id");
CREATE INDEX "appointment_starts_at" ON "appointment" ("starts_at");
CREATE INDEX "appointment_remind_day_at" ON "appointment" ("remind_day_at");
CREATE INDEX "appointment_remind_hours_at" ON "appointment" ("remind_hours_at");
CREATE INDEX "appointment_decide_at" ON "appointment" ("decide_at");
CREATE INDEX "appointment_mark_by" ON "appointment" ("mark_by");
CREATE INDEX "appointment_worker_id_state_starts_at" ON "appointment" ("worker_id", "state", "starts_at");
CREATE TABLE "coordinator" (
    "id" {id},
    "name" VARCHAR(255) NOT NULL,
    "email" VARCHAR(255) NOT NULL,
    "phone_id" INTEGER,
    "language" VARCHAR(255) NOT NULL,
    "left_at" {moment},
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "coordinator_email" ON "coordinator" ("email");
CREATE INDEX "coordinator_phone_id" ON "coordinator" ("phone_id");
CREATE TABLE "code" (
    "id" {id},
    "operator_id" INTEGER,
    "coordinator_id" INTEGER,
    "digits_hash" VARCHAR(255) NOT NULL,
    "expires_at" {moment} NOT NULL,
    "tries" INTEGER NOT NULL,
    "used_at" {moment},
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT
);
CREATE INDEX "code_operator_id" ON "code" ("operator_id");
CREATE INDEX "code_coordinator_id" ON "code" ("coordinator_id");
CREATE TABLE "coordination" (
    "id" {id},
    "coordinator_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "rhythm" VARCHAR(255) NOT NULL,
    "on_duty" {yes_or_no} NOT NULL,
    "away_until" DATE,
    "stand_in_id" INTEGER,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("stand_in_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT
);
CREATE INDEX "coordination_coordinator_id" ON "coordination" ("coordinator_id");
CREATE INDEX "coordination_project_id" ON "coordination" ("project_id");
CREATE INDEX "coordination_stand_in_id" ON "coordination" ("stand_in_id");
CREATE UNIQUE INDEX "coordination_coordinator_id_project_id" ON "coordination" ("coordinator_id", "project_id");
CREATE TABLE "coverage" (
    "id" {id},
    "cooperative_id" INTEGER NOT NULL,
    "service_id" INTEGER NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "rank" INTEGER NOT NULL,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT
);
CREATE INDEX "coverage_cooperative_id" ON "coverage" ("cooperative_id");
CREATE INDEX "coverage_service_id" ON "coverage" ("service_id");
CREATE INDEX "coverage_municipality_id" ON "coverage" ("municipality_id");
CREATE UNIQUE INDEX "coverage_cooperative_id_service_id_municipality_id" ON "coverage" ("cooperative_id", "service_id", "municipality_id");
CREATE INDEX "coverage_service_id_municipality_id_rank" ON "coverage" ("service_id", "municipality_id", "rank");
CREATE TABLE "inbound_message" (
    "id" {id},
    "carrier_id" VARCHAR(255) NOT NULL,
    "phone_id" INTEGER NOT NULL,
    "body" TEXT,
    "opt_out" VARCHAR(255) NOT NULL,
    "received_at" {moment} NOT NULL,
    "read_as" VARCHAR(255),
    "acted_at" {moment},
    "forgotten_at" {moment},
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "inbound_message_carrier_id" ON "inbound_message" ("carrier_id");
CREATE INDEX "inbound_message_phone_id" ON "inbound_message" ("phone_id");
CREATE INDEX "inbound_message_received_at" ON "inbound_message" ("received_at");
CREATE INDEX "inbound_message_acted_at" ON "inbound_message" ("acted_at");
CREATE TABLE "proposal" (
    "id" {id},
    "request_id" INTEGER NOT NULL,
    "referral_id" INTEGER NOT NULL,
    "appointment_id" INTEGER,
    "following" {yes_or_no} NOT NULL,
    "operator_id" INTEGER,
    "worker_id" INTEGER,
    "starts_at" {moment} NOT NULL,
    "ends_at" {moment} NOT NULL,
    "last_ends_at" {moment} NOT NULL,
    "weekly" TEXT,
    "visits" TEXT NOT NULL,
    "held" TEXT NOT NULL,
    "price_cents" INTEGER NOT NULL,
    "project_cents" INTEGER NOT NULL,
    "company_cents" INTEGER NOT NULL,
    "worker_cents" INTEGER NOT NULL,
    "round" INTEGER NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    "made_at" {moment} NOT NULL,
    "started_at" {moment},
    "remind_at" {moment} NOT NULL,
    "due_at" {moment} NOT NULL,
    "reminded_at" {moment},
    "answered_at" {moment},
    "counter_starts_at" {moment},
    "counter_ends_at" {moment},
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("worker_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    CHECK (project_cents + company_cents + worker_cents = price_cents)
);
CREATE INDEX "proposal_request_id" ON "proposal" ("request_id");
CREATE INDEX "proposal_referral_id" ON "proposal" ("referral_id");
CREATE INDEX "proposal_appointment_id" ON "proposal" ("appointment_id");
CREATE INDEX "proposal_operator_id" ON "proposal" ("operator_id");
CREATE INDEX "proposal_worker_id" ON "proposal" ("worker_id");
CREATE INDEX "proposal_due_at" ON "proposal" ("due_at");
CREATE INDEX "proposal_state_due_at" ON "proposal" ("state", "due_at");
CREATE INDEX "proposal_worker_id_state" ON "proposal" ("worker_id", "state");
CREATE UNIQUE INDEX "proposal_one_live" ON "proposal" ("request_id") WHERE state IN ('waiting', 'countered');
CREATE TABLE "link" (
    "id" {id},
    "purpose" VARCHAR(255) NOT NULL,
    "hash" VARCHAR(255),
    "version" INTEGER NOT NULL,
    "phone_id" INTEGER,
    "employee_id" INTEGER,
    "operator_id" INTEGER,
    "coordinator_id" INTEGER,
    "company_id" INTEGER,
    "referral_id" INTEGER,
    "made_at" {moment} NOT NULL,
    "last_used_at" {moment} NOT NULL,
    "expires_at" {moment},
    "used_at" {moment},
    "revoked_at" {moment},
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("company_id") REFERENCES "company" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "link_hash" ON "link" ("hash");
CREATE INDEX "link_phone_id" ON "link" ("phone_id");
CREATE INDEX "link_employee_id" ON "link" ("employee_id");
CREATE INDEX "link_operator_id" ON "link" ("operator_id");
CREATE INDEX "link_coordinator_id" ON "link" ("coordinator_id");
CREATE INDEX "link_company_id" ON "link" ("company_id");
CREATE INDEX "link_referral_id" ON "link" ("referral_id");
CREATE TABLE "message" (
    "id" {id},
    "key" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(255) NOT NULL,
    "channel" VARCHAR(255) NOT NULL,
    "language" VARCHAR(255) NOT NULL,
    "phone_id" INTEGER,
    "address" TEXT,
    "employee_id" INTEGER,
    "operator_id" INTEGER,
    "coordinator_id" INTEGER,
    "company_id" INTEGER,
    "project_id" INTEGER,
    "request_id" INTEGER,
    "referral_id" INTEGER,
    "appointment_id" INTEGER,
    "proposal_id" INTEGER,
    "link_id" INTEGER,
    "says" TEXT NOT NULL,
    "hours" VARCHAR(255) NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    "due_at" {moment} NOT NULL,
    "expires_at" {moment} NOT NULL,
    "queued_at" {moment} NOT NULL,
    "claimed_at" {moment},
    "tries" INTEGER NOT NULL,
    "asked_carrier_at" {moment},
    "body" TEXT,
    "subject" TEXT,
    "body_hash" VARCHAR(255),
    "carrier_id" VARCHAR(255),
    "carrier_status" VARCHAR(255),
    "sent_at" {moment},
    "ended_at" {moment},
    "why" VARCHAR(255),
    "forgotten_at" {moment},
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("company_id") REFERENCES "company" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("referral_id") REFERENCES "referral" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("proposal_id") REFERENCES "proposal" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("link_id") REFERENCES "link" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "message_key" ON "message" ("key");
CREATE INDEX "message_phone_id" ON "message" ("phone_id");
CREATE INDEX "message_employee_id" ON "message" ("employee_id");
CREATE INDEX "message_operator_id" ON "message" ("operator_id");
CREATE INDEX "message_coordinator_id" ON "message" ("coordinator_id");
CREATE INDEX "message_company_id" ON "message" ("company_id");
CREATE INDEX "message_project_id" ON "message" ("project_id");
CREATE INDEX "message_request_id" ON "message" ("request_id");
CREATE INDEX "message_referral_id" ON "message" ("referral_id");
CREATE INDEX "message_appointment_id" ON "message" ("appointment_id");
CREATE INDEX "message_proposal_id" ON "message" ("proposal_id");
CREATE INDEX "message_link_id" ON "message" ("link_id");
CREATE UNIQUE INDEX "message_carrier_id" ON "message" ("carrier_id");
CREATE INDEX "message_state_due_at" ON "message" ("state", "due_at");
CREATE INDEX "message_phone_id_queued_at" ON "message" ("phone_id", "queued_at");
CREATE INDEX "message_channel_claimed_at" ON "message" ("channel", "claimed_at");
CREATE TABLE "desk_item" (
    "id" {id},
    "project_id" INTEGER NOT NULL,
    "kind" VARCHAR(255) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "request_id" INTEGER,
    "employee_id" INTEGER,
    "phone_id" INTEGER,
    "inbound_id" INTEGER,
    "message_id" INTEGER,
    "appointment_id" INTEGER,
    "service_id" INTEGER,
    "municipality_id" INTEGER,
    "language" VARCHAR(255) NOT NULL,
    "call_at" {moment},
    "when_words" VARCHAR(255) NOT NULL,
    "opened_at" {moment} NOT NULL,
    "taken_by_id" INTEGER,
    "taken_at" {moment},
    "said" TEXT NOT NULL,
    "said_at" {moment},
    "done_at" {moment},
    "done_why" VARCHAR(255),
    "forgotten_at" {moment},
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("inbound_id") REFERENCES "inbound_message" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("taken_by_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT
);
CREATE INDEX "desk_item_project_id" ON "desk_item" ("project_id");
CREATE INDEX "desk_item_request_id" ON "desk_item" ("request_id");
CREATE INDEX "desk_item_employee_id" ON "desk_item" ("employee_id");
CREATE INDEX "desk_item_phone_id" ON "desk_item" ("phone_id");
CREATE INDEX "desk_item_inbound_id" ON "desk_item" ("inbound_id");
CREATE INDEX "desk_item_message_id" ON "desk_item" ("message_id");
CREATE INDEX "desk_item_appointment_id" ON "desk_item" ("appointment_id");
CREATE INDEX "desk_item_service_id" ON "desk_item" ("service_id");
CREATE INDEX "desk_item_municipality_id" ON "desk_item" ("municipality_id");
CREATE INDEX "desk_item_taken_by_id" ON "desk_item" ("taken_by_id");
CREATE INDEX "desk_item_project_id_done_at_kind" ON "desk_item" ("project_id", "done_at", "kind");
CREATE UNIQUE INDEX "desk_item_one_open" ON "desk_item" ("kind", "subject") WHERE done_at IS NULL;
CREATE TABLE "device" (
    "id" {id},
    "token_hash" VARCHAR(255) NOT NULL,
    "operator_id" INTEGER,
    "coordinator_id" INTEGER,
    "trusted_at" {moment} NOT NULL,
    "expires_at" {moment} NOT NULL,
    "closed_at" {moment},
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "device_token_hash" ON "device" ("token_hash");
CREATE INDEX "device_operator_id" ON "device" ("operator_id");
CREATE INDEX "device_coordinator_id" ON "device" ("coordinator_id");
CREATE TABLE "digest" (
    "id" {id},
    "coordinator_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "period" VARCHAR(255) NOT NULL,
    "made_at" {moment} NOT NULL,
    "message_id" INTEGER,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE RESTRICT
);
CREATE INDEX "digest_coordinator_id" ON "digest" ("coordinator_id");
CREATE INDEX "digest_project_id" ON "digest" ("project_id");
CREATE INDEX "digest_message_id" ON "digest" ("message_id");
CREATE UNIQUE INDEX "digest_coordinator_id_project_id_period" ON "digest" ("coordinator_id", "project_id", "period");
CREATE TABLE "event" (
    "id" {id},
    "role" VARCHAR(255) NOT NULL,
    "actor" INTEGER,
    "verb" VARCHAR(255) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "subject_id" INTEGER NOT NULL,
    "before" VARCHAR(255),
    "after" VARCHAR(255),
    "at" {moment} NOT NULL
);
CREATE INDEX "event_subject_subject_id" ON "event" ("subject", "subject_id");
CREATE TABLE "holiday" (
    "id" {id},
    "on_date" DATE NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "project_id" INTEGER,
    "cooperative_id" INTEGER,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT
);
CREATE INDEX "holiday_project_id" ON "holiday" ("project_id");
CREATE INDEX "holiday_cooperative_id" ON "holiday" ("cooperative_id");
CREATE INDEX "holiday_on_date_name_project_id_cooperative_id" ON "holiday" ("on_date", "name", "project_id", "cooperative_id");
CREATE TABLE "instance" (
    "id" {id},
    "demonstration" {yes_or_no} NOT NULL,
    "clock_offset_s" INTEGER NOT NULL
);
CREATE TABLE "job_run" (
    "id" {id},
    "job" VARCHAR(255) NOT NULL,
    "slot" VARCHAR(255) NOT NULL,
    "owner" VARCHAR(255) NOT NULL,
    "lease_until" {moment} NOT NULL,
    "done_at" {moment}
);
CREATE UNIQUE INDEX "job_run_job_slot" ON "job_run" ("job", "slot");
CREATE TABLE "membership" (
    "id" {id},
    "company_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE,
    FOREIGN KEY ("company_id") REFERENCES "company" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT
);
CREATE INDEX "membership_company_id" ON "membership" ("company_id");
CREATE INDEX "membership_project_id" ON "membership" ("project_id");
CREATE UNIQUE INDEX "membership_company_id_project_id_from_on" ON "membership" ("company_id", "project_id", "from_on");
CREATE TABLE "opening" (
    "id" {id},
    "code" VARCHAR(255) NOT NULL,
    "service_id" INTEGER NOT NULL,
    "cooperative_id" INTEGER NOT NULL,
    "starts_at" {moment} NOT NULL,
    "ends_at" {moment} NOT NULL,
    "place" VARCHAR(255) NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "places" INTEGER NOT NULL CHECK (places > 0),
    "minimum" INTEGER NOT NULL,
    "closes_at" {moment} NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "opening_code" ON "opening" ("code");
CREATE INDEX "opening_service_id" ON "opening" ("service_id");
CREATE INDEX "opening_cooperative_id" ON "opening" ("cooperative_id");
CREATE INDEX "opening_starts_at" ON "opening" ("starts_at");
CREATE INDEX "opening_municipality_id" ON "opening" ("municipality_id");
CREATE TABLE "partner" (
    "id" {id},
    "project_id" INTEGER NOT NULL,
    "name" VARCHAR(255) NOT NULL,
    "role" VARCHAR(255) NOT NULL,
    "cofinancing_cents" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT
);
CREATE INDEX "partner_project_id" ON "partner" ("project_id");
CREATE UNIQUE INDEX "partner_project_id_name" ON "partner" ("project_id", "name");
CREATE TABLE "rate" (
    "id" {id},
    "bucket" VARCHAR(255) NOT NULL,
    "window_at" {moment} NOT NULL,
    "count" INTEGER NOT NULL
);
CREATE UNIQUE INDEX "rate_bucket_window_at" ON "rate" ("bucket", "window_at");
"""

# What the two engines call differently; everything else is the same SQL.
SQLITE = {"{id}": "INTEGER NOT NULL PRIMARY KEY", "{moment}": "TEXT", "{yes_or_no}": "INTEGER"}
POSTGRESQL = {"{id}": "SERIAL NOT NULL PRIMARY KEY", "{moment}": "TIMESTAMPTZ", "{yes_or_no}": "BOOLEAN"}


def up(migrator, db):
    """Create every table and index."""
    sql = TABLES
    for name, meaning in (SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL).items():
        sql = sql.replace(name, meaning)
    for statement in sql.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
