COMMENT ON COLUMN t.a IS 'its a';
COMMENT ON TABLE t IS 'a table';
