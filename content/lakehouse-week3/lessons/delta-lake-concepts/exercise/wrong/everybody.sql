-- Databricks notebook source
-- DBTITLE 1,Task 1
UPDATE purses SET coins = CASE holder WHEN 'Cleo' THEN coins - 15 ELSE coins + 15 END;
