-- Databricks notebook source
-- DBTITLE 1,Task 1: fill the shelf

-- COMMAND ----------

-- DBTITLE 1,Task 2: one more of each

-- COMMAND ----------

-- DBTITLE 1,Task 3: count
