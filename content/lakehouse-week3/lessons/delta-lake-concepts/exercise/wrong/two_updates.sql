-- Databricks notebook source
-- DBTITLE 1,Task 1
UPDATE purses SET coins = coins - 15 WHERE holder = 'Cleo';
UPDATE purses SET coins = coins + 15 WHERE holder = 'Ben';
