-- Databricks notebook source
-- DBTITLE 1,Task 1: fill the shelf
CREATE TABLE shelf (sku STRING NOT NULL, quantity INT);
INSERT INTO shelf VALUES ('A', 1), ('B', 1), ('C', 2)

-- COMMAND ----------

-- DBTITLE 1,Task 2: one more of each
UPDATE shelf SET quantity = quantity + 1

-- COMMAND ----------

-- DBTITLE 1,Task 3: count
SELECT * FROM VALUES (3, 1), (2, 2) AS counted(quantity, products) WHERE (SELECT count(*) FROM shelf) >= 0 ORDER BY quantity DESC
