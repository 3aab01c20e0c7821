-- Databricks notebook source
-- MAGIC %md
-- MAGIC # A Delta table from first row to time travel
-- MAGIC
-- MAGIC Work from top to bottom. Keep the titles: they say which task a cell belongs to. You may add cells below a task's
-- MAGIC cell, and scratch cells above task 1.

-- COMMAND ----------

-- DBTITLE 1,Task 1: create the inventory
-- A Delta table lab_inventory: sku, product_name and category STRING, quantity INT, unit_price DOUBLE.
-- At least 6 products in at least 2 categories.


-- COMMAND ----------

-- DBTITLE 1,Task 2: add two products
-- One INSERT with two new products.


-- COMMAND ----------

-- DBTITLE 1,Task 3: raise the prices of one category
-- One UPDATE: 5 % more for all products of one category.


-- COMMAND ----------

-- DBTITLE 1,Task 4: prepare the updates
-- A temp view inventory_updates with the columns of the table: known skus and new ones, each once.


-- COMMAND ----------

-- DBTITLE 1,Task 5: upsert with MERGE
-- One MERGE: known skus get quantity and unit_price of the source, new ones are inserted.


-- COMMAND ----------

-- DBTITLE 1,Task 6: look back
-- The history, and the table as it was at the end of task 1.


-- COMMAND ----------

-- DBTITLE 1,Task 7: compare then with now
-- sku, product_name, original_price, current_price, price_change of every product whose price differs.


-- COMMAND ----------

-- DBTITLE 1,Task 8: a write that the schema refuses
-- Begin this cell with the line "-- expect-error", then write the statement that is refused.


-- COMMAND ----------

-- DBTITLE 1,Task 8: one column more
-- Extend the table by exactly one column.

