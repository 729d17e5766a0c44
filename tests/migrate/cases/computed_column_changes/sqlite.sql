CREATE TABLE kin_new_t (
    id INT NOT NULL,
    a INTEGER,
    b INTEGER GENERATED ALWAYS AS (a * 42) STORED,
    CONSTRAINT pk_t PRIMARY KEY (id)
);
INSERT INTO kin_new_t (rowid, id, a) SELECT rowid, id, a FROM t;
DROP TABLE t;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_t RENAME TO t;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_b ON t (b);
