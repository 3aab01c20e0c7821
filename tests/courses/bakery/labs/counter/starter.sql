-- Databricks notebook source
-- DBTITLE 1,Task 1: dearer rye
-- Raise the prices of rye breads.

-- COMMAND ----------

-- DBTITLE 1,Task 2: sold out
-- Take the brioche off the list.
