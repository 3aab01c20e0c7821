-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Clean up
-- MAGIC
-- MAGIC Drops what a run may leave behind. It never touches the gold table.

-- COMMAND ----------

DROP TABLE IF EXISTS lab_orders_staging;
