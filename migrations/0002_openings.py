"""Places in openings, how an occurrence went and what was said of it, and the facts that the report counts."""

from migrations.engines import run

TABLES = """
CREATE TABLE "place" (
    "id" {id},
    "price_cents" INTEGER NOT NULL,
    "project_cents" INTEGER NOT NULL,
    "company_cents" INTEGER NOT NULL,
    "worker_cents" INTEGER NOT NULL,
    "vat_cents" INTEGER NOT NULL,
    "changed_at" {moment} NOT NULL,
    "remind_day_at" {moment},
    "remind_hours_at" {moment},
    "confirmed_at" {moment},
    "cancelled_at" {moment},
    "cancelled_by" VARCHAR(255),
    "cancelled_late" {yes_or_no} NOT NULL,
    "reason" VARCHAR(255),
    "missed_by" VARCHAR(255),
    "units_delivered" INTEGER,
    "agreed" TEXT,
    "delivered_at" {moment},
    "marked_at" {moment},
    "contested_at" {moment},
    "contested_why" VARCHAR(255),
    "resolved_at" {moment},
    "resolved_as" VARCHAR(255),
    "score" INTEGER,
    "scored_at" {moment},
    "thanked_at" {moment},
    "settled_at" {moment},
    "request_id" INTEGER NOT NULL,
    "opening_id" INTEGER NOT NULL,
    "units" INTEGER NOT NULL CHECK (units > 0),
    "state" VARCHAR(255) NOT NULL,
    "collection" VARCHAR(255) NOT NULL,
    "listed_at" {moment},
    "offered_until" {moment},
    "offers" INTEGER NOT NULL,
    "offer_started_at" {moment},
    "by_interest" {yes_or_no} NOT NULL,
    "taken_at" {moment},
    "told_sequence" INTEGER NOT NULL,
    FOREIGN KEY ("request_id") REFERENCES "service_request" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("opening_id") REFERENCES "opening" ("id") ON DELETE RESTRICT,
    CHECK (project_cents + company_cents + worker_cents = price_cents)
);
CREATE INDEX "place_remind_day_at" ON "place" ("remind_day_at");
CREATE INDEX "place_remind_hours_at" ON "place" ("remind_hours_at");
CREATE INDEX "place_request_id" ON "place" ("request_id");
CREATE INDEX "place_opening_id" ON "place" ("opening_id");
CREATE INDEX "place_offered_until" ON "place" ("offered_until");
CREATE INDEX "place_opening_id_state_listed_at" ON "place" ("opening_id", "state", "listed_at");
CREATE INDEX "place_state_settled_at" ON "place" ("state", "settled_at");
CREATE UNIQUE INDEX "place_one_live" ON "place" ("request_id", "opening_id") WHERE state IN ('listed', 'offered', 'taken');
CREATE TABLE "idea" (
    "id" {id},
    "project_id" INTEGER NOT NULL,
    "service_id" INTEGER NOT NULL,
    "cooperative_id" INTEGER NOT NULL,
    "coordinator_id" INTEGER NOT NULL,
    "starts_at" {moment} NOT NULL,
    "ends_at" {moment} NOT NULL,
    "place" VARCHAR(255) NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "places" INTEGER NOT NULL CHECK (places > 0),
    "minimum" INTEGER NOT NULL,
    "closes_at" {moment} NOT NULL,
    "collection" TEXT NOT NULL,
    "state" VARCHAR(255) NOT NULL,
    "published_at" {moment} NOT NULL,
    "opening_id" INTEGER,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("coordinator_id") REFERENCES "coordinator" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("opening_id") REFERENCES "opening" ("id") ON DELETE RESTRICT
);
CREATE INDEX "idea_project_id" ON "idea" ("project_id");
CREATE INDEX "idea_service_id" ON "idea" ("service_id");
CREATE INDEX "idea_cooperative_id" ON "idea" ("cooperative_id");
CREATE INDEX "idea_coordinator_id" ON "idea" ("coordinator_id");
CREATE INDEX "idea_municipality_id" ON "idea" ("municipality_id");
CREATE INDEX "idea_opening_id" ON "idea" ("opening_id");
CREATE TABLE "fact" (
    "id" {id},
    "key" VARCHAR(255) NOT NULL,
    "kind" VARCHAR(255) NOT NULL,
    "project_id" INTEGER NOT NULL,
    "on_date" DATE NOT NULL,
    "service_id" INTEGER NOT NULL,
    "need" VARCHAR(255) NOT NULL,
    "mode" VARCHAR(255) NOT NULL,
    "municipality_id" INTEGER NOT NULL,
    "ambito" VARCHAR(255) NOT NULL,
    "cooperative_id" INTEGER,
    "size_class" VARCHAR(255),
    "firm_ambito" VARCHAR(255),
    "channel" VARCHAR(255) NOT NULL,
    "outcome" VARCHAR(255) NOT NULL,
    "reason" VARCHAR(255),
    "unit" VARCHAR(255) NOT NULL,
    "units" INTEGER NOT NULL,
    "minutes" INTEGER NOT NULL,
    "answer_minutes" INTEGER,
    "price_cents" INTEGER NOT NULL,
    "project_cents" INTEGER NOT NULL,
    "company_cents" INTEGER NOT NULL,
    "worker_cents" INTEGER NOT NULL,
    "vat_cents" INTEGER NOT NULL,
    "score" INTEGER,
    "head" VARCHAR(255),
    "gender" VARCHAR(255),
    "age_band" VARCHAR(255),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("cooperative_id") REFERENCES "cooperative" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "fact_key" ON "fact" ("key");
CREATE INDEX "fact_project_id" ON "fact" ("project_id");
CREATE INDEX "fact_on_date" ON "fact" ("on_date");
CREATE INDEX "fact_service_id" ON "fact" ("service_id");
CREATE INDEX "fact_municipality_id" ON "fact" ("municipality_id");
CREATE INDEX "fact_cooperative_id" ON "fact" ("cooperative_id");
CREATE INDEX "fact_head" ON "fact" ("head");
CREATE INDEX "fact_project_id_kind_on_date" ON "fact" ("project_id", "kind", "on_date");
CREATE TABLE "head" (
    "id" {id},
    "employee_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "mark" VARCHAR(255) NOT NULL,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT
);
CREATE INDEX "head_employee_id" ON "head" ("employee_id");
CREATE INDEX "head_project_id" ON "head" ("project_id");
CREATE UNIQUE INDEX "head_mark" ON "head" ("mark");
CREATE UNIQUE INDEX "head_employee_id_project_id" ON "head" ("employee_id", "project_id");
CREATE TABLE "interest" (
    "id" {id},
    "idea_id" INTEGER NOT NULL,
    "employee_id" INTEGER NOT NULL,
    "units" INTEGER NOT NULL CHECK (units > 0),
    "at" {moment} NOT NULL,
    FOREIGN KEY ("idea_id") REFERENCES "idea" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT
);
CREATE INDEX "interest_idea_id" ON "interest" ("idea_id");
CREATE INDEX "interest_employee_id" ON "interest" ("employee_id");
CREATE UNIQUE INDEX "interest_idea_id_employee_id" ON "interest" ("idea_id", "employee_id");
CREATE TABLE "school_closure" (
    "id" {id},
    "on_date" DATE NOT NULL,
    "name" VARCHAR(255) NOT NULL
);
CREATE UNIQUE INDEX "school_closure_on_date" ON "school_closure" ("on_date");
CREATE TABLE "staffing" (
    "id" {id},
    "opening_id" INTEGER NOT NULL,
    "operator_id" INTEGER NOT NULL,
    "minutes" INTEGER NOT NULL CHECK (minutes > 0),
    FOREIGN KEY ("opening_id") REFERENCES "opening" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("operator_id") REFERENCES "operator" ("id") ON DELETE RESTRICT
);
CREATE INDEX "staffing_opening_id" ON "staffing" ("opening_id");
CREATE INDEX "staffing_operator_id" ON "staffing" ("operator_id");
CREATE UNIQUE INDEX "staffing_opening_id_operator_id" ON "staffing" ("opening_id", "operator_id");
CREATE TABLE "unmet" (
    "id" {id},
    "key" VARCHAR(255) NOT NULL,
    "project_id" INTEGER NOT NULL,
    "need" VARCHAR(255) NOT NULL,
    "service_id" INTEGER,
    "municipality_id" INTEGER,
    "on_date" DATE NOT NULL,
    "why" VARCHAR(255) NOT NULL,
    "units" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("service_id") REFERENCES "service" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("municipality_id") REFERENCES "municipality" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "unmet_key" ON "unmet" ("key");
CREATE INDEX "unmet_project_id" ON "unmet" ("project_id");
CREATE INDEX "unmet_service_id" ON "unmet" ("service_id");
CREATE INDEX "unmet_municipality_id" ON "unmet" ("municipality_id");
CREATE INDEX "unmet_project_id_on_date" ON "unmet" ("project_id", "on_date");
"""

COLUMNS = """
ALTER TABLE "opening" ADD COLUMN "taken" INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0 AND taken <= places);
ALTER TABLE "opening" ADD COLUMN "confirmed_at" {moment};
ALTER TABLE "opening" ADD COLUMN "changed_at" {moment};
ALTER TABLE "opening" ADD COLUMN "sequence" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "opening" ADD COLUMN "why_cancelled" VARCHAR(255);
ALTER TABLE "opening" ADD COLUMN "collection" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "opening" ADD COLUMN "worker_id" INTEGER REFERENCES "operator" ("id") ON DELETE RESTRICT;
ALTER TABLE "opening" ADD COLUMN "settled_at" {moment};
ALTER TABLE "opening" ADD COLUMN "mark_by" {moment};
ALTER TABLE "employee" ADD COLUMN "gender" VARCHAR(255);
ALTER TABLE "employee" ADD COLUMN "age_band" VARCHAR(255);
ALTER TABLE "employee" ADD COLUMN "asked_about_at" {moment};
ALTER TABLE "employee" ADD COLUMN "news_at" {moment};
ALTER TABLE "service_request" ADD COLUMN "opening_id" INTEGER REFERENCES "opening" ("id") ON DELETE RESTRICT;
ALTER TABLE "service_request" ADD COLUMN "settled_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "agreed" TEXT;
ALTER TABLE "appointment" ADD COLUMN "marked_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "contested_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "contested_why" VARCHAR(255);
ALTER TABLE "appointment" ADD COLUMN "resolved_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "resolved_as" VARCHAR(255);
ALTER TABLE "appointment" ADD COLUMN "score" INTEGER;
ALTER TABLE "appointment" ADD COLUMN "scored_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "thanked_at" {moment};
ALTER TABLE "appointment" ADD COLUMN "settled_at" {moment};
ALTER TABLE "message" ADD COLUMN "place_id" INTEGER REFERENCES "place" ("id") ON DELETE RESTRICT;
ALTER TABLE "message" ADD COLUMN "opening_id" INTEGER REFERENCES "opening" ("id") ON DELETE RESTRICT;
ALTER TABLE "message" ADD COLUMN "idea_id" INTEGER REFERENCES "idea" ("id") ON DELETE RESTRICT;
ALTER TABLE "desk_item" ADD COLUMN "place_id" INTEGER REFERENCES "place" ("id") ON DELETE RESTRICT;
ALTER TABLE "desk_item" ADD COLUMN "opening_id" INTEGER REFERENCES "opening" ("id") ON DELETE RESTRICT;
CREATE INDEX "opening_worker_id" ON "opening" ("worker_id");
CREATE INDEX "opening_mark_by" ON "opening" ("mark_by");
CREATE INDEX "service_request_opening_id" ON "service_request" ("opening_id");
CREATE INDEX "appointment_state_settled_at" ON "appointment" ("state", "settled_at");
CREATE INDEX "message_place_id" ON "message" ("place_id");
CREATE INDEX "message_opening_id" ON "message" ("opening_id");
CREATE INDEX "message_idea_id" ON "message" ("idea_id");
CREATE INDEX "desk_item_place_id" ON "desk_item" ("place_id");
CREATE INDEX "desk_item_opening_id" ON "desk_item" ("opening_id");
"""

# What was marked before there was a week for objections: it began then.
MARKED = "UPDATE appointment SET marked_at = COALESCE(delivered_at, changed_at) WHERE state IN ('delivered', 'missed')"


def up(migrator, db):
    """Create the tables, add the columns, and say since when a visit is marked."""
    run(db, TABLES)
    run(db, COLUMNS)
    db.execute_sql(MARKED)
