-- Databricks notebook source
-- DBTITLE 1,Task 1
UPDATE levels SET metres = metres / 10 WHERE metres > 50;

SELECT gauge, metres FROM levels@v0 ORDER BY gauge;
