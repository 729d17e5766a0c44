DROP INDEX ix_1 ON t;
CREATE INDEX ix_1 ON t (a DESC);
-- ix_2: MariaDB has no expression indexes: write it in `-- only:` blocks for the others
