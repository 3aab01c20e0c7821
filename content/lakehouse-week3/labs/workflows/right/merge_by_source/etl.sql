-- Databricks notebook source
-- MAGIC %md
-- MAGIC A MERGE that brings the table to just the rows of this run: what the source lacks is deleted.

-- COMMAND ----------

CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All'
  CHOICES SELECT DISTINCT choice FROM VALUES ('All'), ('Electronics'), ('Books'), ('Clothing') AS c(choice);

-- COMMAND ----------

CREATE TABLE IF NOT EXISTS lab_orders_gold (
  order_date DATE, order_id STRING, category STRING, product STRING,
  price DOUBLE, quantity INT, status STRING, revenue DOUBLE, processed_at TIMESTAMP
);

-- COMMAND ----------

MERGE INTO lab_orders_gold AS gold
USING (
  SELECT *, price * quantity AS revenue, current_timestamp() AS processed_at
  FROM lab_orders
  WHERE status = 'completed' AND order_date >= CAST(:start_date AS DATE)
    AND (:category_filter = 'All' OR category = :category_filter)
) AS today
ON gold.order_id = today.order_id
WHEN MATCHED THEN UPDATE SET *
WHEN NOT MATCHED THEN INSERT *
WHEN NOT MATCHED BY SOURCE THEN DELETE;
