-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Completed orders into the gold table
-- MAGIC
-- MAGIC Reads `lab_orders`, writes `lab_orders_gold`.

-- COMMAND ----------

-- DBTITLE 1,Widgets
-- start_date (text) and category_filter (dropdown)


-- COMMAND ----------

-- DBTITLE 1,Gold table
-- The completed orders from :start_date on, of :category_filter or of every category

