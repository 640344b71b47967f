<?php
/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adminer-dump.php ADMINER SOCKET DATABASE: what Adminer's form "Export" gives,
 * without a web server. ADMINER is its adminer.php.
 */
[, $adminer, $socket, $database] = $argv;

error_reporting(0); // what Adminer says of itself is no dump
session_start(["save_path" => sys_get_temp_dir(), "use_cookies" => 0]);
register_shutdown_function(function () {
	@session_start(["use_cookies" => 0]);
	session_destroy();
});
$server = "localhost:$socket";
$_SESSION["token"] = 1;
$_SESSION["pwds"]["server"][$server]["root"] = "none";

$link = new mysqli("localhost", "root", "", $database, 0, $socket);
$link->set_charset("utf8mb4");
$names = array_column($link->query("SHOW TABLES")->fetch_all(), 0);

$_SERVER["REQUEST_METHOD"] = "POST";
$_SERVER["REQUEST_URI"] = "/adminer.php";
$_SERVER["HTTP_HOST"] = "localhost";
$_SERVER["REMOTE_ADDR"] = "127.0.0.1";
$_GET = ["server" => $server, "username" => "root", "db" => $database,
	"dump" => ""];
$_POST = ["token" => "0:1", "output" => "text", "format" => "sql",
	"db_style" => "", "routines" => "1", "events" => "1",
	"table_style" => "DROP+CREATE", "auto_increment" => "1",
	"triggers" => "1", "data_style" => "INSERT", "tables" => $names,
	"data" => $names];

function adminer_object()
{
	/* It refuses to be used without a password. */
	class WithoutPassword extends Adminer
	{
		function credentials()
		{
			return [$_GET["server"], "root", ""];
		}

		function login($login, $password)
		{
			return true;
		}
	}
	return new WithoutPassword();
}

include $adminer;
