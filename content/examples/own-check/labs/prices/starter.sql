-- Databricks notebook source
-- DBTITLE 1,Task 1: Make the list


-- COMMAND ----------

-- DBTITLE 1,Task 2: Raise the prices

