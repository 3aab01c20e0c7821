-- Databricks notebook source
CREATE WIDGET TEXT start_date DEFAULT "2024-01-01"

-- COMMAND ----------

CREATE WIDGET DROPDOWN category_filter DEFAULT "All" CHOICES SELECT * FROM (VALUES ("All"), ("Books"), ("Clothing"), ("Electronics")) AS c(category)

-- COMMAND ----------

DROP TABLE IF EXISTS lab_orders_gold

-- COMMAND ----------

CREATE TABLE lab_orders_gold AS
SELECT *, quantity * price AS revenue, current_timestamp() AS processed_at
FROM lab_orders
WHERE status = "completed" AND datediff(order_date, :start_date) >= 0
  AND IF(:category_filter = "All", TRUE, category = :category_filter)
