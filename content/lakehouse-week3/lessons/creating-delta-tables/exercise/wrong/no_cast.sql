-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE TABLE travel AS
SELECT isbn, copies * price AS stock_value
FROM titles
WHERE shelf = 'Travel';
