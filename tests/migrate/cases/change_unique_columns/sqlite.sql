CREATE TABLE kin_new_t (
    a INTEGER,
    b INTEGER,
    CONSTRAINT uq UNIQUE (a, b)
);
INSERT INTO kin_new_t (rowid, a, b) SELECT rowid, a, b FROM t;
DROP TABLE t;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_t RENAME TO t;
PRAGMA legacy_alter_table = OFF;
