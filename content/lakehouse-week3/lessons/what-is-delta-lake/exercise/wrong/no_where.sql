-- Databricks notebook source
-- DBTITLE 1,Task 1
UPDATE levels SET metres = 9.1;

SELECT * FROM levels VERSION AS OF 0;
