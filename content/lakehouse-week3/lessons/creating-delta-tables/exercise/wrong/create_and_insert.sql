-- Databricks notebook source
-- DBTITLE 1,Task 1
CREATE TABLE travel (isbn STRING, stock_value DECIMAL(10, 2));

INSERT INTO travel
SELECT isbn, CAST(copies * price AS DECIMAL(10, 2)) FROM titles WHERE shelf = 'Travel';
