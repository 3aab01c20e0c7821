-- Databricks notebook source
-- MAGIC %md
-- MAGIC Through a staging table, which `clean_up.sql` drops.

-- COMMAND ----------

CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All'
  CHOICES SELECT * FROM VALUES ('All'), ('Electronics'), ('Books'), ('Clothing');

-- COMMAND ----------

CREATE OR REPLACE TABLE lab_orders_staging AS
SELECT * FROM lab_orders WHERE order_date >= CAST(:start_date AS DATE);

-- COMMAND ----------

DELETE FROM lab_orders_staging WHERE status <> 'completed';

-- COMMAND ----------

DELETE FROM lab_orders_staging WHERE :category_filter <> 'All' AND category <> :category_filter;

-- COMMAND ----------

ALTER TABLE lab_orders_staging ADD COLUMNS (revenue DOUBLE, processed_at TIMESTAMP);

-- COMMAND ----------

UPDATE lab_orders_staging SET revenue = price * quantity, processed_at = current_timestamp();

-- COMMAND ----------

CREATE OR REPLACE TABLE lab_orders_gold AS SELECT * FROM lab_orders_staging;
