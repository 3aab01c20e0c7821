-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE OR REPLACE TABLE travel USING DELTA AS
WITH on_shelf AS (SELECT * FROM titles WHERE shelf = 'Travel')
SELECT isbn, CAST(price * copies AS DECIMAL(10, 2)) AS stock_value FROM on_shelf;
