SELECT count(*) AS orders, max(order_date) AS newest
FROM lab_orders
WHERE order_date >= :start_date;
