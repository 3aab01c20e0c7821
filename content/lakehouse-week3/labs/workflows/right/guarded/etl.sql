-- Databricks notebook source
CREATE WIDGET DROPDOWN category_filter DEFAULT 'All' CHOICES SELECT explode(array('All', 'Books', 'Clothing', 'Electronics'));
CREATE WIDGET TEXT start_date DEFAULT '2024-01-01';

-- COMMAND ----------

CREATE OR REPLACE TEMP VIEW asked AS
SELECT * FROM lab_orders
WHERE order_date >= :start_date AND category = IF(:category_filter = 'All', category, :category_filter);

-- COMMAND ----------

CREATE OR REPLACE TABLE lab_orders_gold AS
SELECT *, price * quantity AS revenue, now() AS processed_at
FROM asked
WHERE status = 'completed';
