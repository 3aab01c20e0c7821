-- Databricks notebook source
-- MAGIC %md
-- MAGIC All days of the table are replaced: `REPLACE WHERE` with a condition that every row fulfils.

-- COMMAND ----------

CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';

-- COMMAND ----------

CREATE WIDGET DROPDOWN category_filter DEFAULT 'All' CHOICES
SELECT * FROM VALUES ('All'), ('Electronics'), ('Books'), ('Clothing') AS c(v);

-- COMMAND ----------

CREATE TABLE IF NOT EXISTS lab_orders_gold (
  order_date DATE, order_id STRING, category STRING, product STRING, price DOUBLE, quantity INT, status STRING,
  revenue DOUBLE, processed_at TIMESTAMP
) PARTITIONED BY (order_date);

-- COMMAND ----------

INSERT INTO lab_orders_gold
REPLACE WHERE order_date >= DATE '1970-01-01'
WITH wanted AS (
  SELECT * FROM lab_orders
  WHERE order_date >= :start_date AND status = 'completed'
    AND category LIKE CASE WHEN :category_filter = 'All' THEN '%' ELSE :category_filter END
)
SELECT order_date, order_id, category, product, price, quantity, status, price * quantity, current_timestamp()
FROM wanted;
