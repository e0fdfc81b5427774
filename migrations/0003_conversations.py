"""What is being asked on a number: the conversation by text."""

from migrations.engines import run

TABLES = """
CREATE TABLE "conversation" (
    "id" {id},
    "phone_id" INTEGER NOT NULL,
    "employee_id" INTEGER,
    "asking" VARCHAR(255) NOT NULL,
    "draft" TEXT NOT NULL,
    "options" TEXT NOT NULL,
    "missed" INTEGER NOT NULL,
    "asked_at" {moment},
    "updated_at" {moment} NOT NULL,
    FOREIGN KEY ("phone_id") REFERENCES "phone" ("id") ON DELETE RESTRICT,
    FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT
);
CREATE UNIQUE INDEX "conversation_phone_id" ON "conversation" ("phone_id");
CREATE INDEX "conversation_employee_id" ON "conversation" ("employee_id");
CREATE INDEX "conversation_updated_at" ON "conversation" ("updated_at");
"""


def up(migrator, db):
    """Create the table."""
    run(db, TABLES)
