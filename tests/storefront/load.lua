-- What wrk asks: three reads for each order. TOKENS are of users that are logged in, PRODUCTS is how many there are.
local tokens = {}
for token in (os.getenv("TOKENS") or ""):gmatch("%S+") do tokens[#tokens + 1] = token end
local products = tonumber(os.getenv("PRODUCTS"))
local threads = {}

function setup(thread)
    threads[#threads + 1] = thread
    thread:set("number", #threads)
end

function init()
    math.randomseed(number)
    created, read, sold_out, conflicts, busy, wrong = 0, 0, 0, 0, 0, 0
    first_wrong = ""
end

function request()
    local what, product = math.random(8), math.random(products)
    if what <= 3 then return wrk.format("GET", "/products?order=-price_cents&per_page=10") end
    if what <= 5 then return wrk.format("GET", "/products/" .. product) end
    local head = { ["Authorization"] = "Bearer " .. tokens[math.random(#tokens)] }
    if what <= 6 then return wrk.format("GET", "/me", head) end
    local other = product % products + 1
    return wrk.format("POST", "/orders", head, string.format('{"items":[{"product_id":%d,"quantity":%d},{"product_id":%d,"quantity":1}]}', product, math.random(3), other))
end

function response(status, headers, body)
    if status == 201 then created = created + 1
    elseif status == 200 then read = read + 1
    elseif status == 409 and body:find(" ordered", 1, true) then sold_out = sold_out + 1
    elseif status == 409 and body:find("ORM_SERIALIZATION", 1, true) then conflicts = conflicts + 1
    elseif status == 503 then busy = busy + 1
    else
        wrong = wrong + 1
        first_wrong = status .. " " .. body
    end
end

function done(summary, latency)
    local sum = { created = 0, read = 0, sold_out = 0, conflicts = 0, busy = 0, wrong = 0 }
    for _, thread in ipairs(threads) do
        for name in pairs(sum) do sum[name] = sum[name] + thread:get(name) end
        if thread:get("first_wrong") ~= "" then print("wrong: " .. thread:get("first_wrong")) end
    end
    local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    print(string.format("requests %d per_second %.0f created %d read %d sold_out %d conflicts %d busy %d wrong %d broken %d median_ms %.2f p99_ms %.2f", summary.requests,
        summary.requests * 1e6 / summary.duration, sum.created, sum.read, sum.sold_out, sum.conflicts, sum.busy, sum.wrong, broken, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
