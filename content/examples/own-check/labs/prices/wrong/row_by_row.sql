-- Databricks notebook source
-- DBTITLE 1,Task 1: Make the list
CREATE TABLE stock (item STRING, kind STRING, price DOUBLE);
INSERT INTO stock VALUES ('hammer', 'tool', 20.0), ('saw', 'tool', 30.0), ('lamp', 'light', 10.0), ('chair', 'seat', 40.0);

-- COMMAND ----------

-- DBTITLE 1,Task 2: Raise the prices
UPDATE stock SET price = 22.0 WHERE item = 'hammer';
UPDATE stock SET price = 33.0 WHERE item = 'saw';
UPDATE stock SET price = 10.5 WHERE item = 'lamp';
UPDATE stock SET price = 42.0 WHERE item = 'chair';
