-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Quality
-- MAGIC
-- MAGIC Fails when `lab_orders_gold` holds a row that it must not hold, so that the tasks behind it do not run.

-- COMMAND ----------

-- DBTITLE 1,No order twice
SELECT CASE WHEN count(*) > 0 THEN raise_error('an order is in the gold table twice') ELSE 'ok' END AS orders_once
FROM (SELECT order_id FROM lab_orders_gold GROUP BY order_id HAVING count(*) > 1) AS doubled;

-- COMMAND ----------

-- DBTITLE 1,Completed orders only, with their revenue
SELECT CASE WHEN count(*) > 0 THEN raise_error('an order is not completed, or its revenue is wrong') ELSE 'ok' END AS rows_right
FROM lab_orders_gold
WHERE status <> 'completed' OR revenue IS NULL OR abs(revenue - price * quantity) > 0.005;
