export function drawCharts(){}
