param([Parameter(Mandatory)][string]$Module)

BeforeAll {
    Import-Module $Module -Force
    Set-Location $TestDrive
    New-EmrSampleDatabase move.db -Turns 200 | Out-Null
    New-EmrSampleDatabase other.db -Turns 150 | Out-Null
}

Describe 'New-EmrMigrationPlan' {
    It 'plans every table, writes the plan to a file, and gives the same hash again' {
        $plan = New-EmrMigrationPlan move.db -OutFile move.plan.json
        $plan.Tables.Name | Should -Be personas, scenarios, sessions, turns
        ($plan.Tables | Where-Object Name -EQ turns).Rows | Should -Be 200
        ($plan.Ddl | ForEach-Object Sql) -join "`n" | Should -BeLike '*CREATE TABLE "turns"*'
        'move.plan.json' | Should -Exist
        (New-EmrMigrationPlan move.db).Hash | Should -Be $plan.Hash
    }

    It 'takes types by name and says which ones it does not know' {
        $plan = New-EmrMigrationPlan move.db -TypeMap @{ 'turns.created_at' = 'timestamptz' }
        (($plan.Tables | Where-Object Name -EQ turns).Columns | Where-Object Name -EQ created_at).TargetType | Should -Be timestamptz
        { New-EmrMigrationPlan move.db -TypeMap @{ 'turns.created_at' = 'nonsense' } -ErrorAction Stop } | Should -Throw -ErrorId 'TypeMapInvalid*'
    }

    It 'never replaces the database by its plan' {
        $before = (Get-FileHash move.db).Hash
        { New-EmrMigrationPlan move.db -OutFile move.db -Force -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument*'
        (Get-FileHash move.db).Hash | Should -Be $before
    }
}

Describe 'Invoke-EmrMigration' {
    It 'says that a server does not answer, and asks before it does anything' {
        { Invoke-EmrMigration move.db -ConnectionString 'postgres://emr@127.0.0.1:1/emr' -NoBackup -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'PostgresUnreachable*'
        Invoke-EmrMigration move.db -ConnectionString 'postgres://emr@127.0.0.1:1/emr' -NoBackup -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'Compare-EmrDatabase' {
    It 'gives nothing where two databases are equal, and names rows where they are not' {
        Copy-Item move.db copy.db
        Compare-EmrDatabase move.db -DifferencePath copy.db | Should -BeNullOrEmpty
        $found = Compare-EmrDatabase move.db -DifferencePath other.db -WarningAction SilentlyContinue
        @($found).Count | Should -BeGreaterThan 0
        $found.Table | Should -Contain turns
    }
}
