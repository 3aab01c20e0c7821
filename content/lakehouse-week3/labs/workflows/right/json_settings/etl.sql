-- Databricks notebook source
-- DBTITLE 1,Parameters
CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All'
  CHOICES SELECT explode(array('All', 'Books', 'Clothing', 'Electronics'));

-- COMMAND ----------

-- DBTITLE 1,Step 1: the orders that count
CREATE OR REPLACE TEMP VIEW finished AS
SELECT * FROM lab_orders WHERE status = 'completed';

-- COMMAND ----------

-- DBTITLE 1,Step 2: as asked for, into the table
CREATE OR REPLACE TABLE lab_orders_gold
COMMENT 'Completed orders with their revenue'
AS SELECT finished.*, price * quantity AS revenue, current_timestamp AS processed_at
FROM finished
WHERE order_date >= (SELECT CAST(:start_date AS DATE))
  AND category = CASE :category_filter WHEN 'All' THEN category ELSE :category_filter END;

-- COMMAND ----------

-- DBTITLE 1,For the eye
SELECT category, count(*) AS orders, sum(revenue) AS revenue FROM lab_orders_gold GROUP BY category ORDER BY category;
