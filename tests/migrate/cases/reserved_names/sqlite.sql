CREATE TABLE "order" (
    "group" INT NOT NULL,
    "Mixed Case" VARCHAR(5),
    CONSTRAINT pk_order PRIMARY KEY ("group")
);
