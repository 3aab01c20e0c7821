-- Databricks notebook source
-- MAGIC %md
-- MAGIC The table is created once and then overwritten by each run.

-- COMMAND ----------

CREATE WIDGET DROPDOWN category_filter DEFAULT 'All' CHOICES
  SELECT 'All' AS choice UNION ALL SELECT 'Electronics' UNION ALL SELECT 'Books' UNION ALL SELECT 'Clothing';

-- COMMAND ----------

CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';

-- COMMAND ----------

CREATE TABLE IF NOT EXISTS lab_orders_gold (
  order_date DATE,
  order_id STRING,
  category STRING,
  product STRING,
  price DOUBLE,
  quantity INT,
  status STRING,
  revenue DOUBLE,
  processed_at TIMESTAMP
) USING DELTA;

-- COMMAND ----------

INSERT OVERWRITE lab_orders_gold
SELECT o.*, o.quantity * o.price, now()
FROM lab_orders AS o
WHERE o.status IN ('completed')
  AND o.order_date >= to_date(:start_date)
  AND :category_filter IN ('All', o.category);
