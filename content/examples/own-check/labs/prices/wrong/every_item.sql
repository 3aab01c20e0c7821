-- Databricks notebook source
-- DBTITLE 1,Task 1: Make the list
CREATE TABLE stock (item STRING, kind STRING, price DOUBLE);
INSERT INTO stock VALUES ('hammer', 'tool', 20.0), ('saw', 'tool', 30.0), ('lamp', 'light', 10.0), ('chair', 'seat', 40.0);

-- COMMAND ----------

-- DBTITLE 1,Task 2: Raise the prices
UPDATE stock SET price = price * 1.10;
