-- Databricks notebook source
-- DBTITLE 1,Task 1: raise prices
UPDATE items SET price = price + 1 WHERE kind = 'hot';
