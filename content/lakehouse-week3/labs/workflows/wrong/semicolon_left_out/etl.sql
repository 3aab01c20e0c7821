-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Completed orders into the gold table

-- COMMAND ----------

-- DBTITLE 1,Widgets
CREATE WIDGET TEXT start_date DEFAULT '2024-01-01'
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All'
  CHOICES SELECT * FROM VALUES ('All'), ('Electronics'), ('Books'), ('Clothing') AS choices(name);

-- COMMAND ----------

-- DBTITLE 1,Gold table
CREATE OR REPLACE TABLE lab_orders_gold AS
SELECT order_date, order_id, category, product, price, quantity, status,
       price * quantity AS revenue,
       current_timestamp() AS processed_at
FROM lab_orders
WHERE status = 'completed'
  AND order_date >= CAST(:start_date AS DATE)
  AND (:category_filter = 'All' OR category = :category_filter);
