-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Gold
-- MAGIC One statement for the widgets, one for the table.

-- COMMAND ----------

CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All' CHOICES SELECT 'All' UNION SELECT category FROM lab_orders;

-- COMMAND ----------

CREATE OR REPLACE TABLE lab_orders_gold CLUSTER BY (order_date) AS
WITH asked AS (SELECT CAST(:start_date AS DATE) AS from_day, nullif(:category_filter, 'All') AS only_category)
SELECT o.order_date, o.order_id, o.category, o.product, o.price, o.quantity, o.status,
       o.price * o.quantity AS revenue, current_timestamp() AS processed_at
FROM lab_orders AS o
JOIN asked ON o.order_date >= asked.from_day AND o.category = coalesce(asked.only_category, o.category)
WHERE o.status LIKE 'completed';
