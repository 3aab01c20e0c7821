-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE TABLE travel AS
SELECT isbn, CAST(copies * price AS DECIMAL(10, 2)) AS stock_value
FROM titles
WHERE shelf = 'Travel';
