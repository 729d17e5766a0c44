CREATE TABLE "order" (
    "group" INTEGER NOT NULL,
    "Mixed Case" VARCHAR(5),
    CONSTRAINT pk_order PRIMARY KEY ("group")
);
