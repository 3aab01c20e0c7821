-- Databricks notebook source
-- DBTITLE 1,Task 1: dearer rye
UPDATE breads SET cents = cents + 30 WHERE grain = 'rye';

-- COMMAND ----------

-- DBTITLE 1,Task 2: sold out
DELETE FROM breads WHERE bread = 'Brioche';
